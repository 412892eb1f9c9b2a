/** Several errors as one. The first is also its cause, because logs show the stacks of causes only. */
export const allOf = (errors: readonly unknown[], message: string): AggregateError =>
  new AggregateError(errors, message, { cause: errors[0] });
