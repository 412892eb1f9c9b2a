import type { Draft } from '../draft.ts';
import type { Shape } from './shape.ts';
import type { Spelling } from './spelling.ts';

/** Adds the parts that every step has on every cloud: service, stages, counter and rehearsal. */
export function addService(draft: Draft, step: Spelling, shape: Shape): void {
  const { name, capital } = step;
  addModel(draft, step, shape);
  draft.swap('scripts/imports/rules.ts', ['services'], ')/', `|${name})/`);
  if (shape.words.counts !== undefined) addCounter(draft, `${capital}Done`, shape.words.counts);
  if (shape.rehearsal) addRehearsal(draft, step, shape.like, shape.rehearsal);
  addEnvironments(draft, step, shape);
}

function addModel(draft: Draft, { name }: Spelling, { like, row, settings, limits }: Shape): void {
  const services = 'stacks/model/services.ts';
  draft.after(services, ['services', like], `${name}: { stack: 'service', ${row} }`);
  const defaults = 'stacks/model/stages/stage-defaults.ts';
  draft.after(defaults, ['functions', like], `\n  ${limits.replace('\n', `\n  ${name}: `)}`);
  const scaling = 'stacks/model/clouds/scaling.ts';
  draft.after(scaling, ['cloudServices', like], `'${name}'`);
  if (!settings) return;
  draft.after(services, ['Service', like], `'${name}'`);
  draft.after('stacks/model/stages/stage-settings.ts', ['Stage', like], `readonly ${name}: ${settings.type};`);
  draft.after(defaults, ['base', like], `${name}: ${settings.value}`);
  draft.before(scaling, ['toScaling', like], `case '${name}':`);
}

function addCounter(draft: Draft, counter: string, counts: string): void {
  draft.after('functions/ports/runtime.ts', ['Counter', 'OrdersSwept'], `'${counter}'`);
  draft.after('scripts/platform/metrics/series.ts', ['counterHelp', 'OrdersSwept'], `${counter}: '${counts}'`);
}

/** Adds the function to the concurrency that a stage needs. */
function addEnvironments(draft: Draft, { name }: Spelling, { like, costs }: Shape): void {
  const { prod } = costs.environments;
  draft.rewrite(
    'test/synth/check-stage.test.ts',
    new RegExp(`(environments of all functions \\(.*${like} \\d+)(.*got )(\\d+)'`),
    (_, before = '', between = '', sum = '') => `${before}, ${name} ${prod}${between}${Number(sum) + prod}'`,
  );
}

/** Adds it to the rehearsal, in which a release calls a new version before customers do. */
function addRehearsal(
  draft: Draft,
  { name }: Spelling,
  like: Shape['like'],
  { list, answer }: NonNullable<Shape['rehearsal']>,
): void {
  draft.after('functions/rehearsal/rehearse.ts', [list, like], `'${name}'`);
  const test = 'test/unit/rehearsal/rehearse.test.ts';
  draft.after(test, ['services', like], `'${name}'`);
  draft.after(test, ['liveVersions', like], `${name}: ${answer}`);
}
