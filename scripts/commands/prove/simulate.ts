import { availableParallelism } from 'node:os';
import { showBar } from '../../cli/bar.ts';
import { CliError, exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import type { Verdict } from '../../lab/simulation/judge/judge.ts';
import { allSeeds, recordSeeds } from '../../lab/simulation/judge/recorded-seeds.ts';
import { formatVerdict, summarise } from '../../lab/simulation/judge/report.ts';
import { isTested } from '../../lab/simulation/mutants/mutant.ts';
import { mutants } from '../../lab/simulation/mutants.ts';
import { protocols, type Scenario, scenarios } from '../../lab/simulation/protocols.ts';
import { runSeeds, type Summary } from '../../lab/simulation/runs/pool.ts';
import { readCommit } from '../../platform/process/commit.ts';

const usage = `
usage: npm run simulate [-- --seeds N] [--protocol NAME] [--workers N]
       npm run simulate -- --seed N [--protocol NAME]
       npm run simulate -- --exhaustive [--protocol NAME]
       npm run simulate -- --mutants [--protocol NAME] [--record]

Runs the real use cases over simulated stores, queues and streams. A seed decides which calls fail, which responses
get lost, which messages are delivered twice, and which functions die. Every run must keep the invariants. The same
seed gives the same run.

  --seeds N        number of seeds, starting at 0 (default 10000; operator: 2000; breaker: 200, with 18,000 calls each)
  --seed N         run one seed; if it breaks an invariant, print the shortest trace that still breaks it
  --protocol NAME  ${[...scenarios, 'all'].join(', ')} (default dynamodb; mutants: all)
  --exhaustive     every interleaving of three messages for one unit, with at most one crash and one fault
  --mutants        plants one bug at a time in the source; each must be caught by the invariant or test that it
                   names. With --protocol: its mutants, and those of test files
  --record         keep the first seed that catches each mutant, for npm test
  --workers N      threads (default: one per core)
  --help
`;

await runMain(async () => {
  const options = parseCommandLine(usage, {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    protocol: { type: 'string' },
    exhaustive: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
  });
  const workers = parseWholeNumber('workers', options.workers, { min: 1, max: 64 });
  if (options.mutants) return runMutants(parseScenarios(options.protocol ?? 'all'), workers, options.record);
  const chosen = parseScenarios(options.protocol ?? 'dynamodb');
  if (options.exhaustive) return exploreAll(chosen);
  if (options.seed !== undefined) {
    return replay(parseWholeNumber('seed', options.seed, { min: 0, max: 2 ** 31 - 1 }), chosen);
  }
  let failed = false;
  for (const scenario of chosen) {
    const seeds = parseWholeNumber('seeds', options.seeds ?? defaultSeeds(scenario), { min: 1, max: 100_000_000 });
    failed = (await runAllSeeds(scenario, seeds, workers)) || failed;
  }
  return failed ? exitCodes.failed : exitCodes.ok;
});

function defaultSeeds(scenario: Scenario): string {
  if (scenario === 'breaker') return '200';
  return scenario === 'operator' ? '2000' : '10000';
}

function parseScenarios(name: string): readonly Scenario[] {
  if (name === 'all') return scenarios;
  const found = scenarios.filter((scenario) => scenario === name);
  if (found.length > 0) return found;
  throw new CliError('usage', `--protocol is '${name}', must be one of ${scenarios.join(', ')}, all`, usage.trim());
}

/** True when it failed or was interrupted. */
async function runAllSeeds(scenario: Scenario, seeds: number, workers: number): Promise<boolean> {
  const begun = performance.now();
  const bar = showBar(scenario, seeds);
  let done = 0;
  const onSeeds = (more: number) => {
    done += more;
    bar.update(done);
  };
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  // Not `once`: the terminal signals us and npm, and npm forwards it.
  process.on('SIGINT', onSignal);
  const summary = await runSeeds({ scenario, seeds }, { workers, onSeeds, stop: interrupt.signal });
  process.off('SIGINT', onSignal);
  bar.stop();
  const seconds = (performance.now() - begun) / 1_000;
  process.stdout.write(`${formatSummary(scenario, summary, seconds)}\n`);
  if (interrupt.signal.aborted) process.stdout.write(`interrupted: ${seeds - summary.seeds} seeds were not run\n`);
  const [first] = summary.failures;
  if (!first) return interrupt.signal.aborted;
  await replay(first.seed, [scenario]);
  return true;
}

function formatSummary(
  scenario: Scenario,
  { seeds, orders, traceHash, checked, failed }: Summary,
  seconds: number,
): string {
  const checks = Object.entries(checked).map(([id, count]) => `${id} ${count}`);
  return [
    `${scenario}: ${seeds} seeds, ${orders} orders, ${failed} with violations, in ${seconds.toFixed(1)} s`,
    `checked: ${checks.join(', ')}`,
    `trace hash ${traceHash}`,
  ].join('\n');
}

/** Prints the outcome of one seed; after a violation, also the shortest trace. */
async function replay(seed: number, chosen: readonly Scenario[]): Promise<number> {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  const { runScenario, shortest } = await import('../../lab/simulation/scenario.ts');
  let failed = false;
  for (const scenario of chosen) {
    const outcome = await runScenario(scenario, seed);
    const faults = `${outcome.orders} orders, ${outcome.injected.length} faults`;
    const hash = outcome.hash.toString(16).padStart(8, '0');
    process.stdout.write(`seed ${seed}, ${scenario}, commit ${readCommit()}: ${faults}, trace hash ${hash}\n`);
    if (outcome.violations.length === 0) continue;
    failed = true;
    const least = await shortest(scenario, seed);
    process.stdout.write(`${least.lines.join('\n')}\n\n`);
    for (const { invariant, text } of least.violations) process.stdout.write(`${invariant} broken: ${text}\n`);
    process.stdout.write(`shortest trace: ${least.orders} orders, ${least.injected.length} faults\n`);
    process.stdout.write(`to repeat: npm run simulate -- --protocol ${scenario} --seed ${seed}\n`);
  }
  return failed ? exitCodes.failed : exitCodes.ok;
}

async function exploreAll(chosen: readonly Scenario[]): Promise<number> {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  const explored = protocols.filter((one) => chosen.includes(one));
  if (explored.length === 0)
    throw new CliError(
      'usage',
      `--exhaustive explores only ${protocols.join(', ')}, not ${chosen.join(', ')}`,
      usage.trim(),
    );
  const { explore } = await import('../../lab/simulation/runs/exhaustive.ts');
  let broken = 0;
  for (const protocol of explored) {
    const { executions, repeated, states, violations } = await explore(protocol, showRuns);
    const complete = violations.length > 0 ? 'stopped' : 'complete';
    process.stdout.write(
      `${protocol}: ${executions + repeated} executions, ${executions} to the end and ${repeated} to one of ${states} known states: ${complete}\n`,
    );
    process.stdout.write(violations.map((text) => `${text}\n`).join(''));
    broken += violations.length;
  }
  return broken > 0 ? exitCodes.failed : exitCodes.ok;
}

function showRuns(runs: number): void {
  if (runs % 5_000 === 0) process.stderr.write(`  ${runs} executions ...\n`);
}

/** @returns `failed` unless each mutant is caught by the invariant or test that it names */
async function runMutants(chosen: readonly Scenario[], workers: number, records: boolean): Promise<number> {
  const { judgeAll } = await import('../../lab/simulation/judge/judge-all.ts');
  const all = mutants.filter((mutant) => isTested(mutant) || chosen.includes(mutant.scenario));
  const onVerdict = (verdict: Verdict) => process.stdout.write(`${formatVerdict(verdict)}\n`);
  const verdicts = await judgeAll(all, { workers, seedsFor: allSeeds, onVerdict });
  process.stdout.write(`\n${summarise(verdicts)}\n`);
  if (records)
    recordSeeds(
      verdicts.flatMap(({ mutant, seed }) => (isTested(mutant) || seed === undefined ? [] : [{ mutant, seed }])),
    );
  return verdicts.every(({ fate }) => fate === 'caught') ? exitCodes.ok : exitCodes.failed;
}
