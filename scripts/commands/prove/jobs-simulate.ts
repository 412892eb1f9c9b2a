import { simulatedBugs } from '../../../examples/jobs/simulation/bugs.ts';
import { catchBug } from '../../../examples/jobs/simulation/catch-bug.ts';
import { simulateJobs } from '../../../examples/jobs/simulation/simulate.ts';
import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';

const usage = `
usage: npm run jobs-simulate -- [options]

The queue of jobs (examples/jobs) on the simulation's engine: its real use cases, while calls fail, processes die or
stall, messages come twice and clocks are wrong. The same checker judges each run. Exit code 0 only if every invariant
holds, or with --bugs if each bug is found.

  --seeds N    seeds to run (default 1000)
  --seed N     one seed, with all its events
  --bugs       versions with one bug each, until a seed finds it by the invariant that is named for it
  --help
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    bugs: { type: 'boolean', default: false },
  });
  const seeds = parseWholeNumber('seeds', words.seeds, { min: 1, max: 1_000_000 });
  if (words.seed !== undefined) return traceSeed(parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 }));
  return words.bugs ? catchAll(seeds) : runSeeds(seeds);
});

async function traceSeed(seed: number): Promise<number> {
  const { lines, violations } = await simulateJobs(seed, { trace: true });
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const { invariant, text } of violations) process.stdout.write(`BROKEN ${invariant}: ${text}\n`);
  process.stdout.write(`seed ${seed}: ${violations.length} violations\n`);
  return violations.length > 0 ? exitCodes.failed : exitCodes.ok;
}

async function runSeeds(seeds: number): Promise<number> {
  const progress = showProgress();
  const begun = performance.now();
  const sum = { failed: 0, faults: 0, checked: {} as Record<string, number> };
  for (let seed = 0; seed < seeds; seed++) {
    const { violations, faults, checked } = await simulateJobs(seed);
    sum.faults += faults;
    for (const [id, count] of Object.entries(checked)) sum.checked[id] = (sum.checked[id] ?? 0) + count;
    if (violations.length > 0 && ++sum.failed <= 5)
      progress.line(`seed ${seed}: ${violations.map(({ invariant, text }) => `${invariant}: ${text}`).join('; ')}`);
    progress.step(`${seed + 1} of ${seeds} seeds`);
  }
  progress.done();
  const looked = Object.entries(sum.checked).map(([id, count]) => `${id} ${count}`);
  process.stdout.write(`checked: ${looked.join(', ')}\n`);
  const idle = sum.faults === 0 || Object.values(sum.checked).includes(0);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  process.stdout.write(`${seeds} seeds, ${sum.faults} faults, ${seconds} s: ${sum.failed} broke an invariant\n`);
  if (idle) process.stdout.write('FAILED: an invariant was never checked, or no call met a fault\n');
  return sum.failed > 0 || idle ? exitCodes.failed : exitCodes.ok;
}

async function catchAll(seeds: number): Promise<number> {
  let caught = 0;
  for (const bug of simulatedBugs) {
    const found = await catchBug(bug, seeds);
    if (found) caught++;
    const verdict = found ? `seed ${found.seed}, ${bug.caughtBy}: ${found.text}` : `NOT FOUND by ${bug.caughtBy}`;
    process.stdout.write(`${bug.name}: ${verdict}\n`);
  }
  process.stdout.write(`${caught} of ${simulatedBugs.length} bugs found\n`);
  return caught === simulatedBugs.length ? exitCodes.ok : exitCodes.failed;
}
