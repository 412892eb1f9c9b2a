import { type JsonObject, toList, toObject } from '../../model/json.ts';
import { findGaps, type Gaps } from '../template/cron.ts';
import { type Resource, type Template, toText } from '../template/template.ts';
import { findFunction } from './functions.ts';

export interface ScheduledFunction {
  readonly schedule: Resource;
  readonly lambda: Resource;
  /** Undefined if the expression is misspelled, or runs once. */
  readonly gaps: Gaps | undefined;
}

const seconds: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };

export function findScheduledFunctions(template: Template): readonly ScheduledFunction[] {
  const rules = template
    .ofType('AWS::Events::Rule')
    .filter(({ properties }) => properties.ScheduleExpression !== undefined && properties.State !== 'DISABLED')
    .map((schedule) => ({ schedule, targets: toList(schedule.properties.Targets).map(toObject) }));
  const schedules = template
    .ofType('AWS::Scheduler::Schedule')
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map((schedule) => ({ schedule, targets: [toObject(schedule.properties.Target)] }));
  return [...rules, ...schedules].flatMap(({ schedule, targets }) =>
    targets.flatMap(({ Arn }) => {
      const lambda = findFunction(template, Arn);
      if (!lambda) return [];
      return [{ schedule, lambda, gaps: toGaps(toText(schedule.properties.ScheduleExpression)) }];
    }),
  );
}

/** Parses `rate(5 minutes)` or `cron(0/5 * * * ? *)`. */
function toGaps(expression: string): Gaps | undefined {
  const [, minutes, hours] = /^cron\((\S+) (\S+) \S+ \S+ \S+ \S+\)$/.exec(expression) ?? [];
  if (minutes !== undefined && hours !== undefined) return findGaps(minutes, hours);
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined) return undefined;
  const every = Number(count) * (seconds[unit] ?? 0);
  return { shortest: every, longest: every };
}

/** A function that runs every five minutes, for examples. */
export const exampleTimerBy = (ScheduleExpression: string): JsonObject => ({
  Sweeper: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: 'sweeper', Handler: 'index.handler', Runtime: 'nodejs24.x' },
  },
  Every: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'sweeper',
      ScheduleExpression,
      Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Sweeper', 'Arn'] } }],
    },
  },
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Sweeper', 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Every', 'Arn'] },
    },
  },
});
export const exampleTimer = exampleTimerBy('rate(5 minutes)');

/** The dead man's switch of the example timer. */
export const exampleSwitch: JsonObject = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'AWS/Lambda',
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'FunctionName', Value: 'sweeper' }],
    Statistic: 'Sum',
    Period: 300,
    EvaluationPeriods: 3,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  },
};
