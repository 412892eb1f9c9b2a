import { exitCodes, parseCommandLine, runMain, wholeNumber } from './cli/cli.ts';
import { startSites } from './lab/sites/engines.ts';
import { failuresOf, siteReport } from './lab/sites/report.ts';
import { sellAtSites } from './lab/sites/sale.ts';
import { whileRunning } from './platform/process/while-running.ts';

const usage = `
usage: npm run sites -- [options]

One product sold at two sites, each with its stock rights in a store of its own: the AWS emulator and Azurite. The
network between them loses answers; then it is cut in the middle of the sale, and both go on selling what they hold;
then it heals, and the sale ends: one of them sends home what it has left. Prints what each sold, what was stranded and
came home, and what a counter that merges would have sold. Exit code 0 only if nothing was oversold, lost or left behind.

  --orders N  default 300
  --seed N    default 1
  --help
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    orders: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  });
  const orders = wholeNumber('orders', words.orders, { min: 30, max: 100_000 });
  const seed = wholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 - 1 });
  return whileRunning(
    startSites,
    ({ engines }) => engines,
    async ({ stores }, progress) => {
      const result = await sellAtSites(stores, { orders, seed, onStep: progress.step });
      progress.done();
      process.stdout.write(siteReport(result));
      return failuresOf(result).length === 0 ? exitCodes.ok : exitCodes.failed;
    },
  );
});
