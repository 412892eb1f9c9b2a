/**
 * Whether an ARN with wildcards, as in a policy or a permission, covers another: `*` and `?` within a part. A literal
 * partition, region or account covers the deploy's own, because a template may be for one of them.
 */
export function coversArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [splitArn(pattern), splitArn(arn)];
  return patterns.every((one, at) => isOwn(one, parts[at] ?? '') || toRegExp(one).test(parts[at] ?? ''));
}

const literals: Readonly<Record<string, RegExp>> = {
  '<AWSPartition>': /^aws(-[a-z-]+)?$/,
  '<AWSRegion>': /^[a-z]{2}(-[a-z]+)+-\d$/,
  '<AWSAccountId>': /^\d{12}$/,
};

const isOwn = (literal: string, own: string): boolean => literals[own]?.test(literal) === true;

/** Services whose ARNs begin the last part with a name, not with the type of the resource. */
const untyped = new Set(['s3', 'sqs', 'sns', 'execute-api']);
/** Resource types whose ids AWS generates on creation, so that no policy can name them before. */
const withGeneratedId =
  /^(acm:certificate|apigateway:(apis|domainnames|tags)|application-autoscaling:scalable-target|cloudfront:[\w-]+|cognito-idp:userpool|iam:oidc-provider|lambda:event-source-mapping|route53:(change|healthcheck|hostedzone)|wafv2:(global|regional))$/;
/** Words that follow a resource's name, and do not identify it. */
const inner = /^(|index|stream|log-stream|backup|export)$/;

/** Whether an ARN with wildcards covers every resource of its type, or more. */
export function isEveryArn(pattern: string): boolean {
  // A reference names its resource, whatever follows it.
  if (!/[*?]/.test(pattern) || /^[<${]/.test(pattern)) return false;
  const parts = splitArn(pattern);
  const [, , service = '', , , resource] = parts;
  if (resource === undefined || /[*?]/.test(service)) return true;
  const words = resource.split(/[/:]/).filter((word) => word !== '');
  const [type = ''] = words;
  if (withGeneratedId.test(`${service}:${type.replace(/[*?]+$/, '')}`)) return false;
  return (untyped.has(service) ? words : words.slice(1)).every((word) => inner.test(word.replaceAll(/[*?]/g, '')));
}

/** An ARN has six parts; the last may hold colons. References such as `<AWS::Region>` may hold colons, too. */
function splitArn(arn: string): readonly string[] {
  const hidden = arn.replaceAll(/<[^>]*>|\$\{[^}]*\}/g, (reference) => reference.replaceAll(':', ''));
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
