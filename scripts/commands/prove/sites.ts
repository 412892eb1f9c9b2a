import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { startSites } from '../../lab/sites/engines.ts';
import { failuresOf, siteReport } from '../../lab/sites/report.ts';
import { sellAtSites } from '../../lab/sites/sale.ts';
import { whileRunning } from '../../platform/process/while-running.ts';

const usage = `
usage: npm run sites -- [options]

Sells one product at two sites. Each keeps its stock rights (escrow) in its own store: the AWS emulator and Azurite.
The network between them loses responses, is cut during the sale, and recovers. During the cut, each site sells
its own stock. At the end one site returns its unsold units. Prints the units that each site sold, the units stranded
and reclaimed, and the units that a merging counter would have sold. Exit code 0 only if nothing was
oversold, lost or left behind.

  --orders N  default 300
  --seed N    default 1
  --help
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    orders: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  });
  const orders = parseWholeNumber('orders', words.orders, { min: 30, max: 100_000 });
  const seed = parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 - 1 });
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
