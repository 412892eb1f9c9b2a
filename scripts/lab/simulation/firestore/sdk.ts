/** Replaces the values that the adapters import from `@google-cloud/firestore`. */
export const FieldValue = {
  increment: (by: number) => ({ increment: by }),
  delete: () => ({ delete: true }),
};

export const Timestamp = { fromMillis: (ms: number) => new Date(ms).toISOString() };

/** Never used: the adapters receive a simulated client. */
export class Firestore {}
