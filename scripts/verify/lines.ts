import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../platform/process/paths.ts';

/** One command of the long run. */
export interface Line {
  readonly name: string;
  /** The property that it proves. */
  readonly what: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A line that takes longer has failed. */
  readonly minutes: number;
  /** Global. The first groups of its matches in the output add up to the count; 0 is a failure. */
  readonly counted: RegExp;
  /** The counted things, in the plural. */
  readonly things: string;
  /** Why the line cannot run here; undefined when it can. */
  readonly lacking?: () => Promise<string | undefined>;
}

const run = (script: string, ...args: readonly string[]) => [process.execPath, 'scripts/run.mjs', script, ...args];

const localStackUrl = process.env.LOCALSTACK_URL ?? 'http://127.0.0.1:4566';

async function findLocalStackLack(): Promise<string | undefined> {
  const health = fetch(`${localStackUrl}/_localstack/health`, { signal: AbortSignal.timeout(3_000) });
  if ((await health.catch(() => undefined))?.ok) return undefined;
  return `no LocalStack answers at ${localStackUrl}; start it (docker compose up -d localstack) or set LOCALSTACK_URL`;
}

/** A fault of a few seconds, whose times are not judged. */
const drill = (name: string, seconds: number, ...args: readonly string[]): Line => ({
  name: `drill-${name}`,
  what: `the drill ${name} in a short form, without its times`,
  command: run('prove/drill', name, '--short', '--seconds', String(seconds), ...args),
  minutes: 8,
  counted: /[|│]\s*(holds)\s*[|│]/g,
  things: 'findings',
});

const allLines: readonly Line[] = [
  {
    name: 'mutants',
    what: 'every mutant of every protocol is caught, with all seeds',
    command: run('prove/simulate', '--mutants'),
    minutes: 30,
    counted: /(?:^(?=\d+ of)|^\d+ mutants: (?:.*, )?)(\d+)(?: of \d+ mutants)? caught(?=,|$)/gm,
    things: 'mutants',
  },
  {
    name: 'exhaustive',
    what: 'every interleaving of a small sale keeps the invariants',
    command: run('prove/simulate', '--exhaustive', '--protocol', 'all'),
    minutes: 10,
    counted: /: (\d+) executions/g,
    things: 'executions',
  },
  {
    name: 'seeds',
    what: '2,000 seeds of every protocol keep the invariants',
    command: run('prove/simulate', '--protocol', 'all', '--seeds', '2000'),
    minutes: 20,
    counted: /: (\d+) seeds,/g,
    things: 'seeds',
  },
  {
    name: 'crash-points',
    what: 'each function killed at each of its calls, before and after',
    command: run('prove/crash-points'),
    minutes: 40,
    counted: /^\d+ crash points, (\d+) hit/gm,
    things: 'crash points',
  },
  {
    name: 'soak',
    what: '4,000 orders under faults and killed workers',
    command: run('prove/soak', '--orders', '4000'),
    minutes: 25,
    counted: /orders accepted\s*[|│]\s*(\d+) of/g,
    things: 'orders',
  },
  drill('outage', 15, '--peak', '6'),
  drill('overload', 12, '--peak', '6'),
  drill('poison', 12),
  drill('hot', 8),
  drill('partner', 20),
  drill('release', 35, '--peak', '4'),
  drill('restore', 8),
  drill('region', 30),
  {
    name: 'grants',
    what: 'each permission is necessary',
    command: run('prove/grants'),
    minutes: 15,
    counted: /grants: (\d+) proven necessary/g,
    things: 'permissions',
  },
  {
    name: 'contract',
    what: 'Schemathesis finds nothing, by the OpenAPI document',
    command: run('prove/contract'),
    minutes: 20,
    counted: /: (\d+) requests, /g,
    things: 'requests',
  },
  {
    name: 'fuzz',
    what: '100,000 generated requests and raw inputs have no effect',
    command: run('prove/fuzz'),
    minutes: 20,
    counted: /^(\d+) requests and/gm,
    things: 'requests',
  },
  {
    name: 'jobs',
    what: 'the example of another workload, under faults',
    command: run('run/jobs'),
    minutes: 8,
    counted: /^ok: (\d+) jobs stored once/gm,
    things: 'jobs',
    lacking: async () =>
      existsSync(join(projectFolder, 'examples/jobs')) ? undefined : 'the project is without its examples',
  },
  {
    name: 'parts',
    what: 'the project holds without each of its parts',
    command: run('maintain/parts', '--check'),
    minutes: 60,
    counted: /^(\d+) of \d+ parts can be left out/gm,
    things: 'parts',
  },
  {
    name: 'rename-check',
    what: 'the project holds under another name',
    command: run('maintain/rename-check'),
    minutes: 10,
    counted: /: (\d+) passed/g,
    things: 'tests',
  },
  {
    name: 'fork-check',
    what: 'a fork with the longest names passes its checks and its demo',
    command: run('maintain/fork-check', '--only', 'longest'),
    minutes: 30,
    counted: /^(\d+) of \d+ forks hold/gm,
    things: 'forks',
  },
  {
    name: 'add-check',
    what: 'a step for each trigger, a route, a stage and tables pass all checks as they are written',
    command: run('maintain/add-check'),
    minutes: 60,
    counted: /^(\d+) of \d+ additions hold/gm,
    things: 'additions',
  },
  {
    name: 'google-fallback',
    what: "the tests of the clouds, with the npm fallback in place of Google's emulators",
    command: run('prove/test', '--only', 'clouds'),
    env: { GOOGLE_ENGINES: 'fallback' },
    minutes: 15,
    counted: /^(\d+) passed,/gm,
    things: 'tests',
    lacking: async () =>
      existsSync(join(projectFolder, 'functions/adapters/google')) ? undefined : 'the project is without Google',
  },
  {
    name: 'localstack',
    what: 'the integration suite on LocalStack',
    command: run('prove/test', '--only', 'integration'),
    env: { AWS_ENDPOINT_URL: localStackUrl },
    minutes: 25,
    counted: /^(\d+) passed,/gm,
    things: 'tests',
    lacking: findLocalStackLack,
  },
];

/** A fork may have removed a command with its part. */
export const lines: readonly Line[] = allLines.filter(({ command: [, , script] }) =>
  existsSync(join(projectFolder, 'scripts/commands', `${script}.ts`)),
);
