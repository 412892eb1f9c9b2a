import type { Json, JsonObject } from '../../../model/json.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { coversArn } from '../arn.ts';
import { meets, type Request } from '../conditions.ts';
import { findFunction, toFunctionName } from '../functions.ts';
import { allowsService, findStatements } from '../policies.ts';

/** A service that calls a target on behalf of one of its resources. */
export interface Caller {
  readonly service: string;
  /** Undefined if another template has it. */
  readonly source: Resource | undefined;
  /** The source's ARN, as a policy may write it. */
  readonly arns: readonly string[];
}

/** What a target's policy must allow, by the type of the target. */
const actions: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'sqs:SendMessage',
  'AWS::SNS::Topic': 'sns:Publish',
};

/** Whether a target lets a caller in. Targets of other templates, and of other types, are not judged. */
export function mayCall(template: Template, caller: Caller, target: Json | undefined): boolean {
  const [owner] = template.referredBy(target).filter(({ type }) => actions[type] !== undefined);
  if (owner) {
    const statements = findStatements(template, owner) ?? [];
    return statements.some((one) => isAllowed(template, one, caller, actions[owner.type] ?? ''));
  }
  return findFunction(template, target) === undefined || findPermissions(template, caller, target).length > 0;
}

function isAllowed(template: Template, statement: JsonObject, caller: Caller, action: string): boolean {
  const isMet = meets(statement.Condition, toRequest(template, caller));
  return allowsService(statement, caller.service, action) && isMet !== false;
}

/** The permissions by which a caller may invoke a function. */
export function findPermissions(template: Template, caller: Caller, target: Json | undefined): readonly Resource[] {
  const name = toFunctionName(template, target);
  return template.ofType('AWS::Lambda::Permission').filter(({ properties }) => {
    const { Principal, FunctionName, Action, SourceArn, SourceAccount } = properties;
    return (
      [caller.service, '*'].includes(toText(Principal)) &&
      ['lambda:InvokeFunction', 'lambda:*', '*'].includes(toText(Action ?? 'lambda:InvokeFunction')) &&
      toFunctionName(template, FunctionName) === name &&
      isSource(template, caller, toText(SourceArn), true) !== false &&
      isOwnAccount(toText(SourceAccount)) !== false
    );
  });
}

/** What the caller's request has under the keys of conditions. */
const toRequest = (template: Template, caller: Caller): Request => ({
  'aws:securetransport': true,
  'aws:principalisawsservice': true,
  'aws:sourceaccount': isOwnAccount,
  'aws:sourceowner': isOwnAccount,
  'aws:sourcearn': (value, isPattern) => isSource(template, caller, value, isPattern),
});

/** An account that is written out may be the deploy's own. Nothing is any account. */
const isOwnAccount = (account: string): boolean | undefined =>
  account === '' ? undefined : /^(<AWS::AccountId>|\d{12})$/.test(account);

/** Whether a policy's source is the caller; undefined if only a deploy knows. Nothing is any source. */
function isSource(
  template: Template,
  { source, arns }: Caller,
  value: string,
  isPattern: boolean,
): boolean | undefined {
  if (value === '') return undefined;
  if (arns.includes(value) || (source && value.includes(`<${source.id}>`))) return true;
  const [, id] = /^<([^>]+)>/.exec(value) ?? [];
  // A parameter, or an output of another template.
  if (!/^(arn:|\*)/.test(value) && !template.resources.some((one) => one.id === id)) return undefined;
  if (!isPattern && /[*?]/.test(value)) return false;
  return value === '*' || arns.some((arn) => coversArn(value, arn));
}

/** A caller whose ARN is known by a reference, and by its own text if the template names its source. */
export function toCaller(service: string, source: Resource | undefined, ...arns: readonly string[]): Caller {
  return { service, source, arns: arns.filter((arn) => arn !== '') };
}
