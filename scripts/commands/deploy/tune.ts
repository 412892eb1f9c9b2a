import { writeFileSync } from 'node:fs';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { showBar } from '../../cli/bar.ts';
import { CliError, exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { toDurations } from '../../planner/tune/curve.ts';
import { measureCurve, tunedServices } from '../../planner/tune/measure.ts';
import { formatCurve } from '../../planner/tune/report.ts';
import { findThrottle } from '../../planner/tune/throttle.ts';
import { awsRegions } from '../../prices/aws/prices.ts';

const usage = `
usage: npm run tune -- [options]

Measures the functions on an order's path, as they are shipped, under the share of a core that each memory size gets
(1,769 MB is one core), and prints time and price of an invocation by size. The stores answer at once, so the time is
the function's own work. Says how it held the processes, and proves that first.

  --sizes LIST  memory sizes in MB (default 128,256,512,1024,1769,3008)
  --calls N     calls of each size and batch, of which the median counts (default 60)
  --batch N     records of a worker's larger batch (default 10)
  --region NAME whose prices: ${awsRegions.join(' or ')} (default us-east-1)
  --out FILE    writes the curve as JSON, which 'npm run plan -- --measured FILE' reads; it is
                without the network's round trips
  --help

  npm run tune
  npm run tune -- --sizes 512,1024 --calls 200 --out curve.json
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    sizes: { type: 'string', default: '128,256,512,1024,1769,3008' },
    calls: { type: 'string', default: '60' },
    batch: { type: 'string', default: '10' },
    region: { type: 'string', default: 'us-east-1' },
    out: { type: 'string' },
  });
  const sizesMb = words.sizes.split(',').map((size) => parseWholeNumber('sizes', size, { min: 128, max: 10_240 }));
  const calls = parseWholeNumber('calls', words.calls, { min: 1, max: 10_000 });
  const batchSize = parseWholeNumber('batch', words.batch, { min: 2, max: 1_000 });
  const region = parseRegion(words.region);
  const throttle = await findThrottle();
  const bar = showBar('sizes', sizesMb.length * tunedServices.length);
  const curve = await measureCurve({ sizesMb, calls, batchSize }, throttle, bar.update).finally(bar.stop);
  process.stdout.write(formatCurve(curve, (service) => stages.prod.functions[service].memoryMb, region));
  if (words.out !== undefined)
    writeFileSync(words.out, `${JSON.stringify({ ...curve, ...toDurations(curve) }, undefined, 2)}\n`);
  return exitCodes.ok;
});

function parseRegion(region: string): string {
  if ((awsRegions as readonly string[]).includes(region)) return region;
  throw new CliError(
    'usage',
    `--region must be ${awsRegions.join(' or ')}, not '${region}'`,
    'Prices of others are not known.',
  );
}
