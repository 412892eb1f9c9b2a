/** Whether an ARN with wildcards, as in a policy or a permission, covers another: `*` and `?` within a part. */
export function coversArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [splitArn(pattern), splitArn(arn)];
  return patterns.every((one, at) => toRegExp(one).test(parts[at] ?? ''));
}

/** An ARN has six parts; the last may hold colons. References such as `<AWS::Region>` hold colons, too. */
function splitArn(arn: string): readonly string[] {
  const hidden = arn.replaceAll(/<[^>]*>/g, (reference) => reference.replaceAll(':', ''));
  const parts = hidden.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Whether a text with the wildcards `*` and `?` covers another. */
export const coversText = (pattern: string, text: string): boolean => toRegExp(pattern).test(text);

const toRegExp = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
