import { hasFailureQueue, type Service, services } from '../../stacks/model/services.ts';
import type { Difference } from './compare.ts';
import { findRoute, parseAnswer } from './list-samples.ts';
import type { Recording, Sample, Step, StepOutcome, StoredRow } from './recording.ts';
import { nameRow } from './row-name.ts';
import { isObject } from './shape.ts';
import type { World } from './world.ts';

/**
 * Gives every function of this version the inputs that the previous version recorded: rows, messages, events, requests
 * and answers of the partner. The results must be the same.
 */
export async function replay(world: World, before: Recording): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const stored: StoredRow[] = [];
  for (const step of before.steps) {
    world.load(stored);
    const outcome = await world.play(step.input);
    const read = nameInputs(step);
    for (const what of compareOutcomes(step, outcome))
      differences.push({
        message: read.join(', '),
        path: '',
        what: `'${step.input.name}' of ${before.version}: ${what}`,
      });
    stored.push(...step.outcome.written);
  }
  return differences;
}

/** Inputs of a step, its trigger first. */
function nameInputs({ input: { service, event }, outcome }: Step): string[] {
  const route = findRoute(event);
  const trigger = route === undefined ? nameTrigger(service) : `request ${route}`;
  return [...(trigger === undefined ? [] : [trigger]), ...outcome.read];
}

const streams: Readonly<Record<string, string>> = { orders: 'orders EVENT', catalog: 'catalog PRODUCT' };

function nameTrigger(service: Service): string | undefined {
  const { trigger } = services[service];
  if (!hasFailureQueue(trigger)) return undefined;
  return trigger.kind === 'queue' ? `queue ${trigger.queue}` : streams[trigger.table];
}

function compareOutcomes({ input, outcome: was }: Step, is: StepOutcome): string[] {
  const route = findRoute(input.event);
  const results = route === undefined ? compareValues(was.result, is.result, 'the result') : compareAnswers(was, is);
  return [...results, ...compareSent(was.sent, is.sent), ...compareRows(was.written, is.written)];
}

function compareAnswers(was: StepOutcome, is: StepOutcome): string[] {
  const [old, now] = [parseAnswer(was.result), parseAnswer(is.result)];
  if (old.statusCode !== now.statusCode)
    return [`was answered ${old.statusCode}, is answered ${now.statusCode}: ${JSON.stringify(now.body)}`];
  return compareValues(old.body, now.body, 'the answer');
}

/** A new field is not a difference. */
function compareValues(was: unknown, is: unknown, path: string): string[] {
  if (isObject(was) && isObject(is))
    return Object.entries(was).flatMap(([name, value]) => compareValues(value, is[name], `${path}.${name}`));
  if (Array.isArray(was) && Array.isArray(is) && was.length === is.length)
    return was.flatMap((value, index) => compareValues(value, is[index], `${path}[${index}]`));
  return JSON.stringify(was) === JSON.stringify(is)
    ? []
    : [`${path} was ${JSON.stringify(was)}, is ${JSON.stringify(is)}`];
}

/** Compares the number of distinct bodies per message, because a call may be repeated. */
function compareSent(was: readonly Sample[], is: readonly Sample[]): string[] {
  const [old, now] = [countBodies(was), countBodies(is)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((message) => old.get(message) !== now.get(message))
    .map((message) => `sent ${old.get(message) ?? 0} of ${message}, sends ${now.get(message) ?? 0}`);
}

function countBodies(samples: readonly Sample[]): ReadonlyMap<string, number> {
  const byMessage = Map.groupBy(samples, ({ message }) => message);
  return new Map([...byMessage].map(([message, those]) => [message, new Set(those.map(toBody)).size]));
}

const toBody = ({ body }: Sample) => JSON.stringify(body);

/** Compares rows by their keys, and orders also by their state. */
function compareRows(was: readonly StoredRow[], is: readonly StoredRow[]): string[] {
  const [old, now] = [latest(was), latest(is)];
  const lost = [...old.keys()].filter((key) => !now.has(key)).map((key) => `wrote the row ${key}, and does not`);
  const changed = [...old].flatMap(([key, row]) => {
    const after = now.get(key);
    return after && row.item.state !== after.item.state
      ? [`left ${nameRow(row.table, row.item)} ${row.item.state}, leaves it ${after.item.state}`]
      : [];
  });
  return [...lost, ...changed];
}

const latest = (rows: readonly StoredRow[]) =>
  new Map(rows.map((row) => [`${row.table} ${row.item.pk} ${row.item.sk ?? ''}`.trim(), row]));
