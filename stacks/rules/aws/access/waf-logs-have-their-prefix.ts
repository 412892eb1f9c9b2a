import { type JsonObject, toList } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Template, toText } from '../../template/template.ts';

const logging = 'AWS::WAFv2::LoggingConfiguration';
const prefix = 'aws-waf-logs-';

function check(template: Template): Finding[] {
  return template.ofType(logging).flatMap(({ id, properties }) =>
    toList(properties.LogDestinationConfigs).flatMap((destination) => {
      const [own] = template.referredBy(destination);
      const { LogGroupName, BucketName } = own?.properties ?? {};
      const name = toText(LogGroupName ?? BucketName) || toText(destination).split(/[:/]/).pop() || '';
      if (name.startsWith(prefix) || /^[<$]/.test(name)) return [];
      const problem = `it logs to '${name}', and WAF accepts only names that begin with ${prefix}. Rename the log group or bucket`;
      return [{ resource: id, problem }];
    }),
  );
}

const example = (LogGroupName: string): JsonObject => ({
  Resources: {
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } },
    Logging: {
      Type: logging,
      Properties: { ResourceArn: 'arn:aws:wafv2:acl', LogDestinationConfigs: [{ 'Fn::GetAtt': ['Logs', 'Arn'] }] },
    },
  },
});

export const wafLogsHaveTheirPrefix: Rule = {
  name: 'waf-logs-have-their-prefix',
  what: 'A web ACL logs to a log group or bucket whose name begins with `aws-waf-logs-`.',
  why: 'WAF refuses any other: "The ARN isn\'t valid", when web ACL and certificate exist.',
  source: ['https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html#logging-cw-logs-naming'],
  clouds: ['aws'],
  check,
  examples: [{ bad: example('edge-logs'), good: example('aws-waf-logs-edge') }],
};
