import { describe, expect, test } from 'vitest';
import { additions, draftAddition } from '../../../scripts/add/add.ts';
import { capitalize } from '../../../scripts/add/capitalize.ts';
import { combinations } from '../../../scripts/add/combinations.ts';
import { Draft } from '../../../scripts/add/draft.ts';
import { addRoute } from '../../../scripts/add/route.ts';
import { addStep, type Trigger, triggers } from '../../../scripts/add/step/add-step.ts';
import { owners } from '../../../scripts/add/table/table.ts';
import { listChanges, toUndo } from '../../../scripts/add/write.ts';
import { partNames } from '../../../scripts/parts/parts.ts';
import { draft, draftAfter, draftWithout, keeps, root } from './drafts.ts';
import { secondStep, stage, step, word } from './free-names.ts';

const draftStep = (trigger: Trigger) => draft((empty, kept) => addStep(empty, step, trigger, kept));

// A moved or changed line fails here, rather than when a user adds something.
describe.each(triggers)('a step that a %s triggers', (trigger) => {
  const { files } = draftStep(trigger);

  test('finds each of its places in the project exactly once', () => {
    expect(files.size).toBeGreaterThan(25);
  });

  test.each(['aws', 'azure', 'google'])('has an entry for %s if the project is kept there', (cloud) => {
    expect(files.has(`functions/${step}/${cloud}.ts`)).toBe(keeps(`functions/adapters/${cloud}`));
  });

  test('gets its trigger, its limits, a rehearsal and a line in the changelog', () => {
    expect(files.get('stacks/model/services.ts')).toMatch(new RegExp(`\\b${step}: \\{ stack: 'service', trigger: \\{`));
    expect(files.get('stacks/model/stages/stage-defaults.ts')).toMatch(new RegExp(`\\b${step}: \\{ memoryMb: `));
    expect(files.get('test/unit/rehearsal/rehearse.test.ts')).toMatch(new RegExp(`'\\w+', '${step}'`));
    expect(files.get('CHANGELOG.md')).toContain(`The step \`${step}\``);
  });

  test.each(partNames)('touches nothing of %s in a project without it', (part) => {
    const { files, touched } = draftWithout(part, (draft, kept) => addStep(draft, step, trigger, kept));
    expect(touched).toEqual([]);
    expect(files.size).toBeGreaterThan(25);
  });

  test('leaves room for another one', () => {
    const second = draftAfter(files, (draft, kept) => addStep(draft, secondStep, trigger, kept));
    const [model, routes] = ['stacks/model/services.ts', 'functions/contracts/routes.ts'];
    expect(second.files.get(trigger === 'api' ? routes : model)).toContain(`'${secondStep}' | '${step}'`);
  });
});

const deadLetters = [
  ['queue', `${step}-requests-dlq`, `${step}: diagnose${capitalize(step)}Request`],
  ['bus', `${step}-requests-dlq`, `${step}: diagnose${capitalize(step)}Request`],
  ['stream', `${step}-dlq`, `'fulfilment', '${step}'`],
] as const;
test.each(deadLetters)(
  'the dead letters of a step by %s have an entry in the runbook, and a redrive',
  (trigger, letters, redriven) => {
    const { files } = draftStep(trigger);
    expect(files.get('docs/runbook.md')).toMatch(new RegExp(`^## ${letters}$`, 'm'));
    expect(files.get('docs/runbook.md')).toContain(`npm run redrive -- --service ${step}`);
    expect([...files.values()].join()).toContain(redriven);
  },
);

test.each(triggers.filter((trigger) => trigger !== 'api'))(
  'a step by %s has settings, and the rehearsal knows it',
  (trigger) => {
    const { files } = draftStep(trigger);
    expect(files.get('stacks/model/stages/stage-settings.ts')).toMatch(new RegExp(`readonly ${step}: \\w+Settings;`));
    expect(files.get('functions/rehearsal/rehearse.ts')).toMatch(new RegExp(`\\['\\w+', '${step}'`));
  },
);

test('a step of the API has a route, its own path at the edge, and the cache times of products', () => {
  const { files } = draftStep('api');
  const route = new RegExp(`path: '/products/\\{sku\\}/${step}',\\s+service: '${step}'`);
  expect(files.get('functions/contracts/routes.ts')).toMatch(route);
  expect(files.get('functions/contracts/http.ts')).toContain(`export const ${step}Resource`);
  const operation = `get${capitalize(step)}: { answers: { 200: http.${step}Resource }`;
  expect(files.get('scripts/openapi/operations.ts')).toContain(operation);
  expect(files.get('stacks/model/edge/edge-rows.ts')).toContain(`'/products/*/${step}', originId: origin.${step}`);
  const environments = files.get('stacks/model/environments/service-environment.ts');
  expect(environments).toContain(`${step}: cacheTimesEnvironment`);
  const row = new RegExp(`^\\| \`/products/\\*/${step}\` \\|.*\n(.*\n)?\\| \`/products\\*\` \\|`, 'm');
  expect(files.get('docs/edge.md')).toMatch(row);
});

test("a step on a timer has a dead man's switch, with its entry in the runbook, and a lease", () => {
  const { files } = draftStep('timer');
  expect(files.get('stacks/model/operations/timer-alarm-rows.ts')).toContain(`runbook: '${step}-stopped'`);
  expect(files.get('docs/runbook.md')).toMatch(new RegExp(`^## ${step}-stopped$`, 'm'));
  expect(files.get(`functions/${step}/policies.ts`)).toContain(`runAlone({ name: '${step}'`);
});

test('a route has a schema, a handler, an operation, and a call in the tests of each cloud', () => {
  const name = `get${capitalize(word)}`;
  const { files } = draft((empty, kept) => addRoute(empty, { name, path: `/products/{sku}/${word}` }, kept));
  expect(files.get('functions/contracts/routes.ts')).toContain(`path: '/products/{sku}/${word}'`);
  expect(files.get('functions/contracts/http.ts')).toContain(`export const ${word}Resource`);
  expect(files.get('functions/catalog/api.ts')).toContain(`${name}: read${capitalize(word)}`);
  expect(files.get('scripts/openapi/operations.ts')).toContain(`${name}: { answers: { 200: http.${word}Resource }`);
  expect(files.get('test/support/api-calls.ts')).toContain(`['GET', '/products/lamp/${word}']`);
});

test('a stage is like dev, in its own region', () => {
  const { files } = draftAddition(root, ['stage', stage], { region: 'eu-west-1' });
  expect(files.get('stacks/model/stages/stages.ts')).toContain(`name: '${stage}', region: 'eu-west-1'`);
  const heads = new RegExp(`^\\| setting \\| dev \\| staging \\| prod \\| (.* \\| )?${stage} \\| local \\|$`, 'm');
  expect(files.get('docs/edge.md')).toMatch(heads);
});

test.each<[string, string[], object, string]>([
  ['nothing', [], {}, "'' cannot be added, must be step, route, stage"],
  ['an unknown thing', ['toString', 'x'], {}, "'toString' cannot be added"],
  ['a step without a name', ['step'], { trigger: 'queue' }, 'a step has one name'],
  ['a step with two names', ['step', 'one', 'two'], { trigger: 'queue' }, 'a step has one name'],
  ['a step without a trigger', ['step', step], {}, '--trigger is missing'],
  [
    'an unknown trigger',
    ['step', step],
    { trigger: 'wish' },
    "--trigger is 'wish', must be queue, bus, stream, timer, api",
  ],
  ['an option of something else', ['step', step], { trigger: 'queue', region: 'eu-west-1' }, '--region is not'],
  ['capitals', ['step', 'Invoicing'], { trigger: 'queue' }, 'must be one word of the letters a to z'],
  ['two words', ['step', 'gift-wrap'], { trigger: 'queue' }, 'must be one word of the letters a to z'],
  ['a path', ['step', '../x'], { trigger: 'queue' }, 'must be one word of the letters a to z'],
  ['too few letters', ['step', 'pay'], { trigger: 'queue' }, 'must have 4 to 10 letters, has 3'],
  ['too many letters', ['step', 'notifications'], { trigger: 'queue' }, 'must have 4 to 10 letters, has 13'],
  ['a keyword', ['step', 'delete'], { trigger: 'queue' }, 'is a keyword of TypeScript'],
  ['a global name', ['step', 'fetch'], { trigger: 'queue' }, 'is a global name of JavaScript'],
  ['a service', ['step', 'settlement'], { trigger: 'queue' }, "'settlement' is taken: "],
  ['a word of the code', ['step', 'message'], { trigger: 'queue' }, "'message' is taken: "],
  ['a route without a path', ['route', 'getReviews'], {}, '--path is missing'],
  ['a route elsewhere', ['route', 'getReviews'], { path: '/reviews' }, 'must be /products/{sku}/ and one word'],
  ['a path that exists', ['route', 'getLeft'], { path: '/products/{sku}/stock' }, "'getStock' is GET"],
  ['a route that exists', ['route', 'getStock'], { path: '/products/{sku}/left' }, "'getStock' is GET"],
  ['a name without get', ['route', 'reviews'], { path: '/products/{sku}/reviews' }, "must be 'get' and a word"],
  ['a stage without a region', ['stage', 'qa'], {}, '--region is missing'],
  ['a region that cannot be', ['stage', stage], { region: 'mars' }, "--region is 'mars', must be a region of AWS"],
  ['a stage that exists', ['stage', 'prod'], { region: 'eu-west-1' }, "'prod' is taken: stacks/model/stages/stages.ts"],
  ['a name of this machine', ['stage', 'locally'], { region: 'eu-west-1' }, 'begins with local'],
  ['a stage that is a keyword', ['stage', 'default'], { region: 'eu-west-1' }, 'is a keyword of TypeScript'],
  ['a long stage', ['stage', 'rehearsalsofalongsale'], { region: 'eu-west-1' }, 'characters'],
])('refuses %s', (_, words, options, message) => {
  expect(() => draftAddition(root, words, options)).toThrow(message);
});

test('add-check makes each kind of addition, for each trigger and each service that owns tables', () => {
  const all = combinations.flat();
  expect(new Set(all.map(({ words }) => words[0]))).toEqual(new Set(Object.keys(additions)));
  expect(new Set(all.flatMap(({ options }) => options.trigger ?? []))).toEqual(new Set(triggers));
  const tables = all.filter(({ words }) => words[0] === 'table');
  expect(new Set(tables.map(({ options }) => options.service))).toEqual(new Set(owners));
});

describe('a draft', () => {
  const file = 'a.ts';
  const of = (text: string) => new Draft((path) => (path === file ? text : undefined));
  const changed = (draft: Draft) => draft.files.get(file);

  test.each([
    ['a property', 'const a = { b: 1, c: 2 };', ['a', 'b'], 'x: 3', 'const a = { b: 1, x: 3, c: 2 };'],
    ['an element', "const a = ['b', 'c'];", ['a', 'b'], "'x'", "const a = ['b', 'x', 'c'];"],
    ['a type of a union', "type A = 'b' | 'c';", ['A', 'b'], "'x'", "type A = 'b' | 'x' | 'c';"],
    ['a type beside a single one', "type A = 'b';", ['A', 'b'], "'x'", "type A = 'b' | 'x';"],
    ['a member', 'interface A { b: 1; c: 2 }', ['A', 'b'], 'x: 3;', 'interface A { b: 1;\nx: 3; c: 2 }'],
    ['a node by its source', 'const a = [b(1), b(2)];', ['a', '=b( 1 )'], 'x', 'const a = [b(1), x, b(2)];'],
  ])('adds after %s', (_, text, path, added, expected) => {
    const draft = of(text);
    draft.after(file, path, added);
    expect(changed(draft)).toBe(expected);
  });

  test.each([
    ['is missing', 'const a = { c: 2 };'],
    ['is there twice', 'const a = { b: 1, c: { b: 2 } }; const d = { b: 3 };'],
  ])('changes nothing when a place %s', (_, text) => {
    const draft = of(text);
    expect(() => draft.after(file, ['b'], 'x: 3')).toThrow('a.ts does not have exactly one b');
    expect(draft.files.size).toBe(0);
  });

  test('merges imports from one file', () => {
    const draft = of("import type { a } from './x.ts';\n");
    draft.import(file, ['b'], './x.ts');
    expect(changed(draft)).toBe("import { type a, b } from './x.ts';\n");
  });

  test('imports no name twice', () => {
    const draft = of("import { a, type b } from './x.ts';\n");
    draft.import(file, ['a', 'type b', 'c'], './x.ts');
    expect(changed(draft)).toBe("import { a, type b, c } from './x.ts';\n");
  });

  test('overwrites no file', () => {
    expect(() => of('').create(file, 'new')).toThrow('a.ts exists already');
  });

  test('is undone by one line', () => {
    const changes = listChanges(root, ['README.md', 'functions/nowhere/aws.ts']);
    expect(toUndo(changes)).toBe('git restore README.md && git clean --force --quiet -- functions/nowhere/aws.ts');
  });
});
