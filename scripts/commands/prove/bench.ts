import { relative } from 'node:path';
import { showBar } from '../../cli/bar.ts';
import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { isMeasured, performancePage, runBenchmarks, writePage } from '../../lab/bench/all.ts';
import { formatCachedProduct, largestRatio } from '../../lab/bench/cached-product.ts';
import { checkerLimits, formatChecker, isWithin, measureChecker } from '../../lab/bench/checker.ts';
import { measureCold } from '../../lab/bench/cold/cold.ts';
import { formatCold, isWithinAll, toRows } from '../../lab/bench/cold/report.ts';
import { formatRounds, measureCache, measureLocalPath } from '../../lab/bench/local-path.ts';
import { formatMiddleware, largestOverhead, measureMiddleware } from '../../lab/bench/middleware-run.ts';
import { formatTraces, measureTraces } from '../../lab/bench/traces.ts';
import { benchCalls } from '../../lab/simulation/costs/bench-calls.ts';
import { hotShardLine } from '../../lab/simulation/group-commit.ts';
import { readCommit } from '../../platform/process/commit.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { withPlatform } from '../../platform/with-platform.ts';

const usage = `
usage: npm run bench -- [path] [--orders N]
       npm run bench -- all
       npm run bench -- calls
       npm run bench -- checker [--orders N]
       npm run bench -- cold [--rounds N]
       npm run bench -- middleware
       npm run bench -- traces [--orders N]

path, measured in one run:
  - orders per second through the whole local path (post -> queue -> settlement -> stream -> views)
  - the emulator's own rate, as a ratio to that path: the emulator is the bottleneck here
  - a cached product from the local CDN, against a bare HTTP server that sends the same bytes; exit code 1 if the CDN
    is more than ${largestRatio} times slower
  - orders per second of one hot stock shard, confirmed one at a time and in groups, in simulated time

all: each benchmark in turn; writes docs/performance.md. About ten minutes on an otherwise idle machine; exit code 1 if
one is beyond a limit

calls: store calls of settlement per confirmed and rejected order, and capacity units on DynamoDB, counted by running it
over simulated stores; exit code 1 beyond the limits of a sold-out product. About a minute

checker: only the invariant checker, over the stores of a generated sale; exit code 1 beyond
its limits of ${checkerLimits.seconds} s and ${checkerLimits.megabytes} MB for 100,000 orders

cold: cold starts of the functions on an order's path, against a plain minified bundle of the same code; exit code 1 if
a ratio is beyond its limit

middleware: the overhead of our middleware per call, compared with a hand-written handler with the same features, and
its parts; exit code 1 beyond ${largestOverhead} us

traces: the CPU time of exporting an order's traces, at 10 % and at 100 %, and of one read of /metrics

  --orders N  orders per round, for two rounds (default 300; checker: 100000; traces: one round)
  --rounds N  cold: starts of each package, taken in turn (default 15)
  --help

The figures compare versions of this code on this machine. They do not predict AWS.
`;

await runMain(async () => {
  const [only, ...rest] = process.argv.slice(2);
  if (only === 'all') return benchAll(rest);
  if (only === 'calls') return benchCalls(usage, rest);
  if (only === 'checker') return benchChecker(rest);
  if (only === 'cold') return benchCold(rest);
  if (only === 'middleware') return benchMiddleware(rest);
  if (only === 'traces') return benchTraces(rest);
  return benchPath(only === 'path' ? rest : process.argv.slice(2));
});

async function benchAll(args: string[]): Promise<number> {
  parseCommandLine(usage, {}, args);
  const [progress, circumstances] = [
    showProgress(),
    { commit: readCommit(relative(projectFolder, performancePage)), date: new Date().toISOString() },
  ];
  const results = await runBenchmarks((name) => progress.line(`bench ${name}`)).finally(() => progress.done());
  writePage(results, circumstances);
  for (const { output } of results) process.stdout.write(output);
  const missed = results.filter((result) => !isMeasured(result)).map(({ name }) => name);
  const verdict = missed.length === 0 ? 'all within their limits' : `beyond a limit: ${missed.join(', ')}`;
  process.stdout.write(`${results.length} benchmarks, ${verdict}; see ${relative(projectFolder, performancePage)}\n`);
  return missed.length === 0 ? exitCodes.ok : exitCodes.failed;
}

async function benchChecker(args: string[]): Promise<number> {
  const words = parseCommandLine(usage, { orders: { type: 'string', default: '100000' } }, args);
  const run = await measureChecker(parseWholeNumber('orders', words.orders, { min: 1, max: 1_000_000 }));
  process.stdout.write(formatChecker(run));
  return isWithin(run) ? exitCodes.ok : exitCodes.failed;
}

async function benchCold(args: string[]): Promise<number> {
  const words = parseCommandLine(usage, { rounds: { type: 'string', default: '15' } }, args);
  const rounds = parseWholeNumber('rounds', words.rounds, { min: 1, max: 1_000 });
  const bar = showBar('cold starts', rounds);
  const results = await measureCold(rounds, bar.update).finally(bar.stop);
  process.stdout.write(formatCold(results, rounds));
  return isWithinAll(toRows(results)) ? exitCodes.ok : exitCodes.failed;
}

async function benchMiddleware(args: string[]): Promise<number> {
  parseCommandLine(usage, {}, args);
  const measured = await measureMiddleware();
  process.stdout.write(formatMiddleware(measured));
  return measured.overhead <= largestOverhead ? exitCodes.ok : exitCodes.failed;
}

async function benchTraces(args: string[]): Promise<number> {
  const words = parseCommandLine(usage, { orders: { type: 'string', default: '300' } }, args);
  const orders = parseWholeNumber('orders', words.orders, { min: 10, max: 10_000 });
  return withPlatform({ innerLoop: 'one-process', metrics: true, onLog: () => {} }, async (platform) => {
    process.stdout.write(formatTraces(await measureTraces(platform, orders)));
    return exitCodes.ok;
  });
}

async function benchPath(args: string[]): Promise<number> {
  const words = parseCommandLine(usage, { orders: { type: 'string', default: '300' } }, args);
  const orders = parseWholeNumber('orders', words.orders, { min: 10, max: 100_000 });
  return withPlatform({}, async (platform) => {
    const rounds = await measureLocalPath(platform, orders);
    const cached = await measureCache(platform);
    process.stdout.write(formatRounds(rounds));
    process.stdout.write(formatCachedProduct(cached));
    process.stdout.write(await hotShardLine());
    return cached.ratio <= largestRatio ? exitCodes.ok : exitCodes.failed;
  });
}
