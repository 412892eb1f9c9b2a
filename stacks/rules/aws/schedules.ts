import { type JsonObject, toList, toObject } from '../../model/json.ts';
import { type Resource, type Template, toText } from '../template/template.ts';
import { findFunction } from './functions.ts';

export interface ScheduledFunction {
  readonly schedule: Resource;
  readonly lambda: Resource;
  /** Seconds between two runs; undefined for a cron expression. */
  readonly everySeconds: number | undefined;
}

const seconds: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };

export function findScheduledFunctions(template: Template): readonly ScheduledFunction[] {
  const rules = template
    .ofType('AWS::Events::Rule')
    .filter(({ properties }) => properties.ScheduleExpression !== undefined && properties.State !== 'DISABLED')
    .map((schedule) => ({ schedule, targets: toList(schedule.properties.Targets).map(toObject) }));
  const schedules = template
    .ofType('AWS::Scheduler::Schedule')
    .map((schedule) => ({ schedule, targets: [toObject(schedule.properties.Target)] }));
  return [...rules, ...schedules].flatMap(({ schedule, targets }) =>
    targets.flatMap(({ Arn }) => {
      const lambda = findFunction(template, Arn);
      if (!lambda) return [];
      return [{ schedule, lambda, everySeconds: toSeconds(toText(schedule.properties.ScheduleExpression)) }];
    }),
  );
}

/** `rate(5 minutes)` in seconds. */
function toSeconds(expression: string): number | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return count === undefined ? undefined : Number(count) * (seconds[unit] ?? 0);
}

/** A function that runs every five minutes, for examples. */
export const exampleTimer: JsonObject = {
  Sweeper: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: 'sweeper', Handler: 'index.handler', Runtime: 'nodejs24.x' },
  },
  Every: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'sweeper',
      ScheduleExpression: 'rate(5 minutes)',
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
};

/** Its dead man's switch. */
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
