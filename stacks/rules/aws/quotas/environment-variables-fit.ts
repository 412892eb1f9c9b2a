import { type JsonObject, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Template, toText } from '../../template/template.ts';

const bytes = 4_096;
const reserved =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** A reference becomes a name or an ARN of about the same length. */
function check(template: Template): Finding[] {
  return template.ofType('AWS::Lambda::Function').flatMap(({ id, properties }) => {
    const variables = Object.entries(toObject(toObject(properties.Environment).Variables));
    const size = variables.reduce((sum, [name, value]) => sum + name.length + toText(value).length, 0);
    const own = variables.map(([name]) => name).filter((name) => reserved.test(name));
    const malformed = variables
      .map(([name]) => name)
      .filter((name) => !/^[A-Za-z]\w+$/.test(name) && !own.includes(name));
    return [
      ...(size > bytes
        ? [`its variables have ${size} bytes, at most ${bytes} are accepted. Read the long ones at start`]
        : []),
      ...(own.length > 0
        ? [`it sets ${own.join(', ')}, which Lambda sets itself, and it is refused. Choose another name`]
        : []),
      ...(malformed.length > 0
        ? [`'${malformed.join(', ')}': a name has letters, digits and _, and begins with a letter. Rename it`]
        : []),
    ].map((problem) => ({ resource: id, problem }));
  });
}

const example = (Variables: JsonObject): JsonObject => ({
  Resources: { Shop: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } } },
});
const good = example({ TABLE: 'orders' });

export const environmentVariablesFit: Rule = {
  name: 'environment-variables-fit',
  what: "A function's variables have together at most 4 KB, and no name that Lambda keeps for itself.",
  why: 'Lambda refuses the function: "exceeded the 4KB limit", or "reserved keys that are currently not supported for modification".',
  source: [
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ SETTINGS: 'x'.repeat(4_096) }), good },
    { bad: example({ AWS_REGION: 'eu-central-1' }), good },
    { bad: example({ '1ST': 'orders' }), good },
  ],
};
