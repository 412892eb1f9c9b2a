import { project } from '../../../functions/contracts/project.ts';
import { type CloudService, cloudServices } from '../clouds/scaling.ts';
import { accountId, physicalName } from '../names.ts';
import { releaseHooks } from '../operations/release-names.ts';
import { hasFailureQueue, serviceNames, services } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { stages } from '../stages/stages.ts';
import { subscriptions, timerWorkers } from '../workers.ts';
import { type Limit, nameLimits, reservedWords } from './limits.ts';
import { atMost, mustHold, type Violations } from './violations.ts';

/** A resource whose name is built from the project's. */
export interface Named {
  readonly what: string;
  readonly name: string;
  readonly limit: Limit;
}

/** Throws one error that lists every conflict of the project's name with a resource of a stage. */
export function checkProject(name: string = project): void {
  const violations = projectViolations(name);
  if (violations.length === 0) return;
  const lines = violations.map((violation) => `  - ${violation}`).join('\n');
  throw new Error(`project: ${violations.length} to change in functions/contracts/project.ts\n${lines}`);
}

export function projectViolations(name: string, all: readonly Stage[] = Object.values(stages)): Violations {
  return [
    ...mustHold(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name),
      'project',
      'lower-case letters and digits with single hyphens between, a letter first',
      `'${name}'`,
      'As in book-fair',
    ),
    ...checkShortest(name),
    ...checkLongest(name, all),
    ...checkAccounts(all),
    ...reservedWords.flatMap((reserved) => checkReserved(name, reserved)),
  ];
}

function checkShortest(name: string): Violations {
  const { value, source } = nameLimits.azureTableMin;
  const letters = name.replaceAll('-', '').length;
  const must = `${value} letters and digits or more`;
  return mustHold(
    letters >= value,
    'project',
    must,
    `${letters} in '${name}'`,
    `Lengthen it: an Azure table (${source})`,
  );
}

function checkLongest(name: string, all: readonly Stage[]): Violations {
  const { characters, first } = longestProject(all);
  const { what, limit } = first;
  const advice = `Shorten it: ${what} '${first.name}' may have ${limit.value} (${limit.source})`;
  return mustHold(
    name.length <= characters,
    'project',
    `at most ${characters} characters`,
    `${name.length} in '${name}'`,
    advice,
  );
}

/** Built from initials, so only a stage's own name can make them too long. */
function checkAccounts(all: readonly Stage[]): Violations {
  const ids = all.filter(isOfEachCloud).flatMap(({ name }) => cloudServices.map((service) => accountId(name, service)));
  return ids.flatMap((id) => atMost(`characters of '${id}'`, id.length, nameLimits.googleServiceAccount));
}

function checkReserved(name: string, { word, source, atStart }: (typeof reservedWords)[number] & { atStart?: true }) {
  const isFree = atStart ? !name.startsWith(word) : !name.includes(word);
  const must = `a name that does not ${atStart ? 'begin with' : 'hold'} '${word}'`;
  return mustHold(isFree, 'project', must, `'${name}'`, `Choose another (${source})`);
}

/** The maximum length of the project's name, and the resource that sets it. */
export function longestProject(all: readonly Stage[] = Object.values(stages)): {
  readonly characters: number;
  readonly first: Named;
} {
  const rooms = all.flatMap(listNamed).map((named) => ({ named, room: named.limit.value - toRestLength(named) }));
  const [least] = rooms.sort((a, b) => a.room - b.room);
  if (!least) throw new Error('stages: there is none');
  return {
    characters: least.room,
    first: { ...least.named, name: `<project>${least.named.name.slice(project.length)}` },
  };
}

const toRestLength = ({ name }: Named): number => name.length - project.length;

export function listNamed(stage: Stage): Named[] {
  return [...onAws(stage), ...(isOfEachCloud(stage) ? [...onAzure(stage), ...onGoogle(stage)] : [])];
}

/** Local stages exist on AWS only. */
const isOfEachCloud = ({ name }: Stage): boolean => !name.startsWith('local');

/** As long as the longest name of an AWS region. */
const longestRegion = 'ap-southeast-1';

function onAws(stage: Stage): Named[] {
  const named = (what: string, limit: Limit, ...things: readonly string[]): Named[] =>
    things.map((thing) => ({ what, limit, name: physicalName(stage.name, thing) }));
  const account = '123456789012';
  const global = (thing: string) => (stage.region === null ? `${thing}-${longestRegion}` : thing);
  return [
    ...named('the function', nameLimits.function, ...serviceNames, ...releaseHooks, 'publishing'),
    ...named('the queue', nameLimits.queue, ...queueNames()),
    ...named('the rule', nameLimits.rule, ...subscriptions.map(({ name }) => name), ...timerWorkers),
    ...named('the edge function', nameLimits.edgeFunction, global('edge')),
    ...named('the origin access control', nameLimits.originAccessControl, global('storefront')),
    ...(stage.identity.kind === 'cognito'
      ? named('the sign-in domain', nameLimits.signInDomain, `shop-${account}`)
      : []),
  ];
}

const queueNames = (): string[] =>
  serviceNames.flatMap((service) => {
    const { trigger } = services[service];
    if (!hasFailureQueue(trigger)) return [];
    return trigger.kind === 'queue' ? [trigger.queue, trigger.deadLetters] : [trigger.failures];
  });

function onAzure({ name: stage }: Stage): Named[] {
  const suffix = '-12345678';
  return [
    ...cloudServices.map((service) => ({
      what: 'the function app',
      limit: nameLimits.azureFunctionApp,
      name: physicalName(stage, service) + suffix,
    })),
    ...cloudServices.map((service) => ({
      what: 'the part that tells a function host from the others,',
      limit: nameLimits.azureFunctionHost,
      name: physicalName(stage, distinctStart(service)),
    })),
    { what: 'the workspace', limit: nameLimits.azureWorkspace, name: physicalName(stage, 'logs') },
  ];
}

/** The shortest prefix of a service's name that no other service shares. */
function distinctStart(service: CloudService): string {
  const others = cloudServices.filter((other) => other !== service);
  const lengths = Array.from(service, (_, index) => index + 1);
  const enough = lengths.find((length) => !others.some((other) => other.startsWith(service.slice(0, length))));
  return service.slice(0, enough);
}

function onGoogle({ name: stage }: Stage): Named[] {
  return [
    ...cloudServices.map((service) => ({
      what: 'the function',
      limit: nameLimits.googleFunction,
      name: physicalName(stage, service),
    })),
    { what: 'the URL map', limit: nameLimits.googleCompute, name: physicalName(stage, 'edge-redirect') },
    { what: 'the database', limit: nameLimits.googleDatabase, name: physicalName(stage, 'store') },
  ];
}
