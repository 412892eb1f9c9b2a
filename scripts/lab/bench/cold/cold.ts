import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { buildTraceable, bundleOptions, cacheFile, packageOptions, startOf } from '../../../../stacks/build/bundle.ts';
import { makeCodeCache, runtimeFlags } from '../../../../stacks/build/code-cache/code-cache.ts';
import { firstContext, firstEnvironment, firstEvents } from '../../../../stacks/build/code-cache/first-calls.ts';
import { startStoreStub } from '../../../../stacks/build/code-cache/store-stub.ts';
import { sourceMapFolder } from '../../../../stacks/build/source-maps.ts';
import { CliError } from '../../../cli/cli.ts';
import { percentiles } from '../../../sale/place-orders.ts';
import { pinnedNode } from '../pinned.ts';

/** The functions on the path of an order. */
export const measured = ['catalog', 'intake', 'settlement', 'projection', 'fulfilment'] as const;
export type Measured = (typeof measured)[number];
const variants = ['plain', 'shipped'] as const;
type Variant = (typeof variants)[number];

interface Phase {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Initialization and first call of one process. */
export interface Start {
  readonly init: Phase;
  readonly call: Phase;
}

const turns = measured.flatMap((name) => variants.map((variant) => [name, variant] as const));

/** Medians over the rounds. */
export type Starts = Readonly<Record<Variant, Start>>;

/**
 * Starts the package and a plain minified bundle of the same entry in turn, each in a new process on one core, with the
 * flags of Lambda's Node. The stores answer at once, on loopback.
 */
export async function measureCold(
  rounds: number,
  onRound: (done: number) => void,
): Promise<ReadonlyMap<Measured, Starts>> {
  const folder = mkdtempSync(join(tmpdir(), 'cold-'));
  let service: Measured = 'catalog';
  const stub = await startStoreStub(() => service);
  try {
    const entries = await buildBoth(folder);
    const results = new Map<Measured, Record<Variant, Start[]>>();
    for (let round = 0; round < rounds; round++) {
      for (const [name, variant] of turns) {
        service = name;
        const starts = results.get(name) ?? { plain: [], shipped: [] };
        results.set(name, starts);
        starts[variant].push(await startOnce(name, entries(name, variant), stub.url));
      }
      onRound(round + 1);
    }
    return new Map(
      [...results].map(([name, { plain, shipped }]) => [name, { plain: median(plain), shipped: median(shipped) }]),
    );
  } finally {
    stub.close();
    rmSync(folder, { recursive: true });
  }
}

/** The shipped bundle gets a code cache for this machine, even if its functions run on another architecture. */
async function buildBoth(folder: string): Promise<(service: Measured, variant: Variant) => string> {
  const plain = join(folder, 'plain');
  await build({ ...bundleOptions(measured), minify: true, sourcemap: false, outdir: plain });
  writeFileSync(join(plain, 'package.json'), '{ "type": "commonjs" }');
  const shipped = join(folder, 'shipped');
  const built = await buildTraceable({ ...packageOptions(measured), outdir: shipped });
  for (const service of measured) {
    const own = join(shipped, service);
    const { file, code } = built(own, `${service}-aws`);
    mkdirSync(own, { recursive: true });
    const maker = { command: [process.execPath], arch: process.arch };
    writeFileSync(join(own, file), code);
    writeFileSync(join(own, 'index.mjs'), startOf(file));
    writeFileSync(join(own, cacheFile), makeCodeCache(service, join(sourceMapFolder, file), maker));
  }
  return (service, variant) => join(folder, variant, service, variant === 'plain' ? 'index.js' : 'index.mjs');
}

const child = join(import.meta.dirname, 'child.mjs');
const node = pinnedNode();

async function startOnce(service: Measured, entry: string, url: string): Promise<Start> {
  const [program, ...args] = [...node, ...runtimeFlags, child, entry] as const;
  const env = { ...firstEnvironment(service, url), PATH: process.env.PATH };
  const running = spawn(program, args, { env, stdio: ['pipe', 'ignore', 'pipe'] });
  running.stdin.end(JSON.stringify({ event: firstEvents[service], context: firstContext }));
  const [said] = await Promise.all([text(running.stderr), once(running, 'exit')]);
  const result = parse(said);
  if (!result || !answered(result.result))
    throw new CliError(
      'cold_call_failed',
      `the first call of ${service} failed: ${said.slice(-1_000)}`,
      `See ${child}.`,
    );
  return result;
}

function parse(said: string): (Start & { readonly result: unknown }) | undefined {
  try {
    return JSON.parse(said.slice(said.indexOf('{"init"')));
  } catch {
    return undefined;
  }
}

/** A failed call must not be measured as a fast one. */
function answered(result: unknown): boolean {
  const { statusCode = 200, batchItemFailures = [] } = result as { statusCode?: number; batchItemFailures?: object[] };
  return statusCode < 300 && batchItemFailures.length === 0;
}

function median(starts: readonly Start[]): Start {
  const of = (value: (start: Start) => number) => percentiles(starts.map(value)).p50;
  return {
    init: { ms: of(({ init }) => init.ms), cpuMs: of(({ init }) => init.cpuMs) },
    call: { ms: of(({ call }) => call.ms), cpuMs: of(({ call }) => call.cpuMs) },
  };
}
