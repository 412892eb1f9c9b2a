/** Returns the value of `read`, or the error that it throws. */
export function attempt<Value>(read: () => Value): { value: Value } | { error: Error } {
  try {
    return { value: read() };
  } catch (error) {
    return { error: error as Error };
  }
}
