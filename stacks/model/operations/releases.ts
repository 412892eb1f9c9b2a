import { physicalName } from '../names.ts';
import { rowReaders, type Service, serviceNames, services } from '../services.ts';
import type { ReleaseSettings, Stage } from '../stages/stage-settings.ts';
import { type Statement, statement } from '../statements.ts';
import { type AlarmRow, alarmName } from './alarm-row.ts';
import type { Place } from './apply-rights.ts';
import { functionMetric, type MetricRow } from './metrics.ts';
import { releaseHooks } from './release-names.ts';

/**
 * Intervals of CodeDeploy's predefined configurations, in minutes; a step moves a tenth of the calls. Others need a
 * custom configuration.
 */
export const releaseMinutes: Readonly<Record<ReleaseSettings['shift'], readonly number[]>> = {
  canary: [5, 10, 15, 30],
  linear: [1, 2, 3, 10],
};

/** CodeDeploy's own name of a configuration. */
export function releaseConfiguration({ shift, minutes }: ReleaseSettings): string {
  return shift === 'canary'
    ? `CodeDeployDefault.LambdaCanary10Percent${minutes}Minutes`
    : `CodeDeployDefault.LambdaLinear10PercentEvery${minutes}Minute${minutes === 1 ? '' : 's'}`;
}

/** How long both versions run side by side. */
export const shiftMinutes = ({ shift, minutes }: ReleaseSettings): number => (shift === 'canary' ? 1 : 9) * minutes;

/** Events that end a release and move all calls back to the version before, including a manual stop. */
export const rollBackEvents = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'] as const;

/** A metric of one version behind the alias, without the other version's calls. */
function versionMetric(stage: Stage, service: Service, version: string, metric: string, statistic: string): MetricRow {
  const { dimensions, ...row } = functionMetric(stage.name, service, metric, statistic);
  return { ...row, dimensions: { ...dimensions, ExecutedVersion: version } };
}

/** Alarms on the new version alone: a tenth of the calls is too few to show in the function's own alarms. */
export function releaseAlarmRows(stage: Stage, service: Service, version: string): AlarmRow[] {
  const errors: AlarmRow = {
    name: `${service}-release-errors`,
    metric: versionMetric(stage, service, version, 'Errors', 'Sum'),
    threshold: 1,
    minutes: 1,
    meaning: `The new version of ${service} fails: its release is rolled back.`,
    runbook: 'release-rolled-back',
  };
  if (services[service].trigger.kind !== 'api') return [errors];
  const latency: AlarmRow = {
    name: `${service}-release-latency`,
    metric: versionMetric(stage, service, version, 'Duration', 'p99'),
    threshold: stage.alarms.apiLatencyMs,
    minutes: 2,
    meaning: `The new version of ${service} is slow: its release is rolled back.`,
    runbook: 'release-rolled-back',
  };
  return [errors, latency];
}

/** The stage's own alarms that a bad version of a service would trigger, by the names of their rows. */
function ownGuards(service: Service): readonly string[] {
  const { trigger } = services[service];
  const unreadable = (rowReaders as readonly Service[]).includes(service) ? [`${service}-unreadable-rows`] : [];
  switch (trigger.kind) {
    // The functions answer a failure with a 5xx of their own, which Lambda does not count as an error.
    case 'api':
      return ['api-5xx', 'api-latency', ...unreadable];
    case 'queue':
      return [`${trigger.queue}-age`, `${trigger.deadLetters}-depth`, ...unreadable];
    case 'stream':
      return [`${service}-iterator-age`, `${trigger.failures}-depth`, ...unreadable];
    case 'timer':
      return [`${service}-errors`, ...unreadable];
  }
}

/** Physical names of the alarms that stop and roll back a release of a service. */
export const releaseGuards = (stage: Stage, service: Service): readonly string[] => [
  ...releaseAlarmRows(stage, service, '').map((row) => alarmName(stage, row)),
  ...ownGuards(service).map((name) => physicalName(stage.name, name)),
];

const ofEachVersion = (functionArn: string): string => `${functionArn}:*`;

/** Permissions of CodeDeploy: move the aliases, and read the alarms. */
export function releaseStatements({ name }: Stage, { partition, account, region }: Place): Statement[] {
  const here = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const functions = serviceNames.map((service) => here('lambda', `function:${physicalName(name, service)}`));
  return [
    statement('ALIASES', ['lambda:GetAlias', 'lambda:UpdateAlias'], functions),
    // Alias and versions: both have environments while calls move.
    statement('PROVISIONED', ['lambda:GetProvisionedConcurrencyConfig'], functions.map(ofEachVersion)),
    statement(
      'HOOKS',
      ['lambda:InvokeFunction'],
      releaseHooks.map((hook) => here('lambda', `function:${physicalName(name, hook)}`)),
    ),
    // Every name, because CodeDeploy asks for all of its alarms in one call.
    statement('ALARMS', ['cloudwatch:DescribeAlarms'], [here('cloudwatch', 'alarm:*')]),
  ];
}
