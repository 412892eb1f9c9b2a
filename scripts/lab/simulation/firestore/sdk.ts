/** Stands in for `@google-cloud/firestore`: what its adapters take from it as values. */
export const FieldValue = {
  increment: (by: number) => ({ increment: by }),
  delete: () => ({ delete: true }),
};

export const Timestamp = { fromMillis: (ms: number) => new Date(ms).toISOString() };

/** The adapters are given a simulated one. */
export class Firestore {}
