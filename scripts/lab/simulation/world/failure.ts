/** An error by its name, which is all that callers look at. */
export function failure(name: string): Error {
  return Object.assign(new Error(name), { name });
}
