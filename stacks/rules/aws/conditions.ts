import { type Json, toList, toObject } from '../../model/json.ts';
import { toText } from '../template/template.ts';

/** A request's values by condition key in lower case: true, or a test of a policy's value. */
export type Request = Readonly<Record<string, true | ((value: string, isPattern: boolean) => boolean | undefined)>>;

/** Whether a request meets every condition of a statement; undefined if the template does not decide it. */
export function meets(conditions: Json | undefined, request: Request): boolean | undefined {
  const answers = Object.entries(toObject(conditions)).flatMap(([operator, keys]) =>
    Object.entries(toObject(keys)).map(([key, values]) => judge(operator, request[key.toLowerCase()], values)),
  );
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function judge(operator: string, own: Request[string] | undefined, values: Json): boolean | undefined {
  const [, negated, isPattern] = parse(operator);
  if (own === undefined || negated === undefined) return undefined;
  const answers = toList(values).map((value) => {
    const text = toText(value);
    return own === true ? text === 'true' : own(text, isPattern === true);
  });
  const isMet = answers.includes(true) || (answers.includes(undefined) ? undefined : false);
  return isMet === undefined ? undefined : isMet !== negated;
}

/**
 * Splits an operator such as `ForAnyValue:StringNotLikeIfExists`. The operators on ARNs take wildcards, `StringEquals`
 * does not.
 */
function parse(operator: string): readonly [operator: string, negated?: boolean, isPattern?: boolean] {
  const bare = operator.replace(/^For(Any|All)Values?:/, '').replace(/IfExists$/, '');
  if (!/^(Bool$|String|Arn)/.test(bare)) return [bare];
  return [bare, bare.includes('Not'), /Like$|^Arn/.test(bare)];
}
