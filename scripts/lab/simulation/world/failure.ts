/** An error with a name, which is all that callers check. */
export function failure(name: string): Error {
  return Object.assign(new Error(name), { name });
}
