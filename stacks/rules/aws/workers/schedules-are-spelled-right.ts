import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Template, toText } from '../../template/template.ts';

function judge(expression: string): string | undefined {
  const rate = /^rate\((\d+) (\w+)\)$/.exec(expression);
  if (rate) {
    const [, count = '', unit = ''] = rate;
    const wanted = Number(count) === 1 ? /^(minute|hour|day)$/ : /^(minutes|hours|days)$/;
    return wanted.test(unit) && Number(count) > 0
      ? undefined
      : `'${expression}' mixes one and many: rate(1 minute), rate(5 minutes)`;
  }
  const cron = /^cron\(([^)]*)\)$/.exec(expression);
  if (!cron) return /[<$]/.test(expression) ? undefined : `'${expression}' is neither rate(...) nor cron(...)`;
  const fields = (cron[1] ?? '').split(' ');
  if (fields.length !== 6) return `'${expression}' has ${fields.length} fields, and AWS has six: the year is the last`;
  return [fields[2], fields[4]].filter((field) => field === '?').length === 1
    ? undefined
    : `'${expression}' must have a ? in either the day of the month or the day of the week`;
}

function check(template: Template): Finding[] {
  return template.ofType('AWS::Events::Rule').flatMap(({ id, properties }) => {
    const { ScheduleExpression: schedule } = properties;
    if (schedule === undefined || schedule === null) return [];
    const problem = judge(toText(schedule));
    return problem === undefined ? [] : [{ resource: id, problem: `${problem}: EventBridge refuses it. Correct it` }];
  });
}

const example = (ScheduleExpression: string): JsonObject => ({
  Resources: { Timer: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression } } },
});

export const schedulesAreSpelledRight: Rule = {
  name: 'schedules-are-spelled-right',
  what: 'A schedule is spelled as EventBridge reads it: rate(1 minute), rate(5 minutes), and cron with six fields and one ?.',
  why: 'It is a text that no tool looks into: "Parameter ScheduleExpression is not valid", when the function behind it exists.',
  source: ['https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html'],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example('rate(1 minutes)'), good: example('rate(1 minute)') },
    { bad: example('cron(0 3 * * *)'), good: example('cron(0 3 * * ? *)') },
    { bad: example('cron(0 3 * * * *)'), good: example('cron(0 3 * * ? *)') },
  ],
};
