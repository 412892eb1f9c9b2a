import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** What other clouds need is installed beside their code. */
const packages = '**/node_modules';
/** The entries of a service, and what they share. */
const clouds = ['aws\\.ts', 'azure\\.ts', 'google\\.ts'];
const shared = ['api\\.ts', 'events\\.ts', 'messages\\.ts', 'policies\\.ts'];
const services = [
  'catalog',
  'intake',
  'settlement',
  'projection',
  'stock',
  'invalidation',
  'publishing',
  'fulfilment',
  'sweeper',
];

interface Import {
  readonly file: string;
  /** A path from the root, or the name of a package. */
  readonly target: string;
}

const imports: Import[] = globSync('{functions,stacks,scripts,test}/**/*.ts', {
  cwd: root,
  exclude: [packages],
}).flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export) [^;]*?from '([^']+)';|^import '([^']+)';/gms)].map((match) => {
    const name = match[1] ?? match[2] ?? '';
    return { file, target: name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name };
  });
});

const under = (...places: string[]) => new RegExp(`^(${places.join('|')})(/|$)`);
const domain = 'functions/domain';
const contracts = 'functions/contracts';
const ports = 'functions/ports';
const runtime = 'functions/runtime';
const adapters = 'functions/adapters';

interface Rule {
  readonly files: RegExp;
  /** All that these files may import. */
  readonly may: RegExp;
  /** Not every service has such files. */
  readonly optional?: true;
}

const rules: Record<string, Rule> = {
  'the domain imports nothing but itself': { files: under(domain), may: under(domain, 'node:crypto') },
  'contracts stand on the domain': { files: under(contracts), may: under(contracts, domain, 'zod') },
  'ports stand on contracts and domain': { files: under(ports), may: under(ports, contracts, domain) },
  'the memory adapters know no SDK': {
    files: under(`${adapters}/memory`),
    may: under(`${adapters}/memory`, ports, contracts, domain),
  },
  'the protocol of one-partition stores knows no SDK': {
    files: under(`${adapters}/partition`),
    may: under(`${adapters}/partition`, ports, contracts, domain, 'zod'),
  },
  'the HTTP adapters know no cloud': {
    files: under(`${adapters}/http`),
    may: under(`${adapters}/http`, ports, contracts, domain, 'zod'),
  },
  'the AWS adapters import its SDK, and nothing from entries or use cases': {
    files: under(`${adapters}/aws`),
    may: under(`${adapters}/aws`, ports, contracts, domain, '@aws-sdk', 'zod'),
  },
  'the Azure adapters import its SDKs, and nothing from entries or use cases': {
    files: under(`${adapters}/azure`),
    may: under(`${adapters}/azure`, `${adapters}/partition`, ports, contracts, domain, '@azure', 'zod'),
  },
  'the Google adapters import its SDK, and nothing from entries or use cases': {
    files: new RegExp(`^${adapters}/google/(?!fallback/)`),
    may: under(
      `${adapters}/google`,
      ports,
      contracts,
      domain,
      '@google-cloud',
      'jose',
      'zod',
      'node:http',
      'node:timers/promises',
    ),
  },
  'nobody but the Google adapters knows its SDK': {
    files: new RegExp(`^(?!${adapters}/google/)`),
    may: /^(?!@google-cloud|@grpc|@firestore-emulator)/,
  },
  'what entries share knows no service and no cloud store': {
    files: under(runtime),
    may: under(
      runtime,
      ports,
      contracts,
      domain,
      'zod',
      'cockatiel',
      'jose',
      'p-limit',
      'aws-lambda',
      '@middy',
      '@aws-lambda-powertools',
      'node:crypto',
    ),
  },
  'stacks import contracts, and no other code of the functions': {
    files: under('stacks'),
    // And the lists by which adapters and stacks of another cloud name the same things; they know no SDK.
    may: new RegExp(
      `^(?!functions/|scripts/|test/)|^${contracts}/|^${adapters}/(azure/resources|google/queries)\\.ts$`,
    ),
  },
  'functions import no stacks, scripts or tests': { files: under('functions'), may: /^(?!stacks\/|scripts\/|test\/)/ },
};
for (const service of services) {
  rules[`the use cases of ${service} decide, and know no SDK and no other service`] = {
    files: new RegExp(`^functions/${service}/(?!${[...clouds, ...shared].join('|')})`),
    may: under(`functions/${service}`, ports, contracts, domain, 'uuid', 'lru-cache', 'node:crypto'),
  };
  rules[`what the entries of ${service} share knows no cloud`] = {
    files: new RegExp(`^functions/${service}/(${shared.join('|')})`),
    may: under(`functions/${service}`, runtime, ports, contracts, domain, 'zod', 'node:crypto'),
    optional: true,
  };
  rules[`the entry of ${service} joins its use cases to the adapters, and knows no other service`] = {
    files: new RegExp(`^functions/${service}/aws\\.ts`),
    may: under(
      `functions/${service}`,
      `${adapters}/(aws|http)`,
      runtime,
      contracts,
      'aws-lambda',
      '@middy/core',
      'zod',
      'node:crypto',
      'node:fs/promises',
      'node:path',
      'node:timers/promises',
    ),
  };
  rules[`the Azure entry of ${service} does so with the adapters of Azure`] = {
    files: new RegExp(`^functions/${service}/azure\\.ts`),
    may: under(`functions/${service}`, `${adapters}/(azure|partition|http)`, runtime, contracts),
    optional: true,
  };
  rules[`the Google entry of ${service} does so with the adapters of Google`] = {
    files: new RegExp(`^functions/${service}/google\\.ts`),
    may: under(`functions/${service}`, `${adapters}/(google|http)`, runtime, contracts),
    optional: true,
  };
}

describe('imports run one way', () => {
  test.each(Object.entries(rules))('%s', (_, { files, may, optional }) => {
    const own = imports.filter(({ file }) => files.test(file));
    if (!optional) expect(own.length).toBeGreaterThan(0);
    const wrong = own.filter(({ target }) => !may.test(target));
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test('and never in a circle', () => {
    const graph = Map.groupBy(imports, ({ file }) => file);
    const done = new Set<string>();
    const circleFrom = (file: string, path: readonly string[]): readonly string[] | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return undefined;
      for (const { target } of graph.get(file) ?? []) {
        const circle = graph.has(target) ? circleFrom(target, [...path, file]) : undefined;
        if (circle) return circle;
      }
      done.add(file);
      return undefined;
    };
    expect([...graph.keys()].map((file) => circleFrom(file, [])).find(Boolean)).toBeUndefined();
  });
});

test('the storefront takes types from the contracts, and nothing else from outside', () => {
  const wrong = globSync('storefront/**/*.{ts,tsx}', { cwd: root }).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    // zod and the SDK would land in the page.
    return [...text.matchAll(/^import ([^;]*?)from '([^']+)';/gms)].flatMap(([statement, what = '', name = '']) => {
      const target = name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name;
      const fine = target.startsWith('storefront/') || /^(preact|oauth4webapi)(\/|$)/.test(target);
      return fine || (what.startsWith('type ') && under(contracts).test(target)) ? [] : [`${file}: ${statement}`];
    });
  });
  expect(wrong).toEqual([]);
});

test('no file is longer than 300 lines', () => {
  const files = globSync('{functions,stacks,scripts,storefront,test}/**/*.{ts,tsx,mjs}', {
    cwd: root,
    exclude: [packages],
  });
  const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 301);
  expect(long).toEqual([]);
});
