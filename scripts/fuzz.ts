import { showBar } from './cli/bar.ts';
import { exitCodes, parseCommandLine, runMain, wholeNumber } from './cli/cli.ts';
import { fuzz } from './lab/fuzz/run.ts';
import { withPlatform } from './platform/with-platform.ts';

const usage = `
usage: npm run fuzz -- [options]

Sends generated bad input to the deployed system: requests made from docs/openapi.json, half of them anything
anywhere, half a good write but for one thing; on top a tenth as many in raw bytes over sockets (doubled headers,
both lengths, broken chunks), and the kept corpus. Half goes to the API, half through the edge. Exit code 0 only
if nothing was answered with a 5xx, nothing hung, no bad write was taken, and the stores are what they were.

  --requests N  default 100000
  --parallel N  default 16
  --seed N      the same seed gives the same input (default 1)
  --help
`;

const shownFindings = 20;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    requests: { type: 'string', default: '100000' },
    parallel: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
  });
  const requests = wholeNumber('requests', words.requests, { min: 1, max: 10_000_000 });
  const parallel = wholeNumber('parallel', words.parallel, { min: 1, max: 256 });
  const seed = wholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 - 1 });
  return withPlatform({}, async (platform) => {
    const bar = showBar('inputs sent', requests + Math.ceil(requests / 10));
    const { sent, raw, statuses, findings } = await fuzz(platform, { requests, parallel, seed, onDone: bar.update });
    bar.stop();
    const answers = [...statuses]
      .toSorted(([a], [b]) => a - b)
      .map(([status, count]) => `${count} x ${status || 'closed'}`);
    process.stdout.write(`${sent} requests and ${raw} raw inputs, seed ${seed}: ${answers.join(', ')}\n`);
    for (const finding of findings.slice(0, shownFindings)) process.stdout.write(`FOUND ${finding}\n`);
    process.stdout.write(`${findings.length} findings\n`);
    return findings.length === 0 ? exitCodes.ok : exitCodes.failed;
  });
});
