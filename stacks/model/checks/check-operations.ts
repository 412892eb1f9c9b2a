import { releaseMinutes } from '../operations/releases.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { mustHold, type Violations, wholeAndPositive } from './violations.ts';

/** A stage's region, and the recipients of its alarms. */
export const checkOperations = (stage: Stage): Violations => [
  ...checkRegion(stage),
  ...checkAlarms(stage),
  ...checkSender(stage),
  ...checkDeploy(stage),
  ...checkReleases(stage),
];

const isAddress = (text: string): boolean => /^[^@\s]+@[^@\s]+\.[a-z]+$/.test(text);

function checkSender({ identity }: Stage): Violations {
  if (identity.kind !== 'cognito' || identity.emailFrom === null) return [];
  const { emailFrom } = identity;
  return mustHold(isAddress(emailFrom), 'identity.emailFrom', 'an e-mail address, or null', emailFrom, 'Correct it');
}

/** Both are part of the trust policy, where a wildcard would admit other workflows. */
function checkDeploy({ deploy }: Stage): Violations {
  if (deploy === null) return [];
  const { repository, environment } = deploy;
  return [
    ...mustHold(
      /^[\w-]+\/[\w.-]+$/.test(repository),
      'deploy.repository',
      'owner/name',
      repository,
      'Name one repository, without a wildcard',
    ),
    ...mustHold(
      /^[\w-]+$/.test(environment),
      'deploy.environment',
      "an environment's name",
      environment,
      'Name one environment, without a wildcard',
    ),
  ];
}

function checkReleases({ releases, api, name }: Stage): Violations {
  if (releases === null) return [];
  const { shift, minutes } = releases;
  const choices = releaseMinutes[shift] ?? [];
  return [
    ...mustHold(
      Object.hasOwn(releaseMinutes, shift),
      'releases.shift',
      'canary or linear',
      shift,
      'Choose one, or null for all at once',
    ),
    ...mustHold(
      choices.includes(minutes),
      'releases.minutes',
      `one of ${choices.join(', ')} for a ${shift} release: CodeDeploy has no other`,
      minutes,
      'Choose one',
    ),
    ...mustHold(
      api.kind === 'http-api',
      'releases',
      'null behind Function URLs: only the issuer can sign the token of the order that tries a version',
      shift,
      'Use an HTTP API, whose authorizer checks tokens before the function',
    ),
    ...mustHold(
      !name.startsWith('local'),
      'releases',
      'null on this machine: its engines have no CodeDeploy',
      shift,
      'Remove it',
    ),
  ];
}

function checkRegion({ region, keepData, alarms }: Stage): Violations {
  return [
    ...mustHold(
      region === null || /^[a-z]{2}(-[a-z]+)+-\d$/.test(region),
      'region',
      'a region of AWS, or null',
      region,
      'Example: eu-central-1',
    ),
    ...mustHold(
      region !== null || !(keepData || alarms.topic),
      'region',
      'set where keepData or alarms.topic is true',
      region,
      'Set it: a deploy to another region is then refused, and the alarms of the CDN find it',
    ),
  ];
}

function checkAlarms({ alarms }: Stage): Violations {
  const { topic, email, apiErrorsPerMinute, apiLatencyMs, edgeErrorPercent, edgeLatencyMs } = alarms;
  return [
    ...mustHold(
      topic === (email !== null),
      'alarms.email',
      `an address where alarms.topic is true, and null otherwise (it is ${topic})`,
      email,
      'Set both or neither: a topic without a subscription has no recipient',
    ),
    ...mustHold(email === null || isAddress(email), 'alarms.email', 'an e-mail address', email, 'Correct it'),
    ...wholeAndPositive('alarms.apiErrorsPerMinute', apiErrorsPerMinute),
    ...wholeAndPositive('alarms.apiLatencyMs', apiLatencyMs),
    ...wholeAndPositive('alarms.edgeLatencyMs', edgeLatencyMs),
    ...mustHold(
      edgeLatencyMs >= apiLatencyMs,
      'alarms.edgeLatencyMs',
      `at least alarms.apiLatencyMs (${apiLatencyMs}): the API's time is part of it`,
      edgeLatencyMs,
      'Raise it',
    ),
    ...mustHold(
      edgeErrorPercent > 0 && edgeErrorPercent <= 100,
      'alarms.edgeErrorPercent',
      'above 0 and at most 100',
      edgeErrorPercent,
      'Correct it',
    ),
  ];
}
