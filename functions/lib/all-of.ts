/** Several errors as one. The first is its cause as well: a log shows the stacks of causes, and of no other errors. */
export const allOf = (errors: readonly unknown[], message: string): AggregateError =>
  new AggregateError(errors, message, { cause: errors[0] });
