import { showBar } from './cli/bar.ts';
import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from './cli/cli.ts';
import { fuzz } from './lab/fuzz/run.ts';
import { withPlatform } from './platform/with-platform.ts';

const usage = `
usage: npm run fuzz -- [options]

Sends generated bad input to the deployed system. Requests derive from docs/openapi.json: half are random, half are
valid writes with one defect. A tenth as many more are raw bytes over sockets (duplicate headers, conflicting lengths,
broken chunks), plus the saved corpus. Half goes to the API, half through the CDN. Exit code 0 only if there was no
5xx and no hang, no bad write was accepted, and the stores are unchanged.

  --requests N  default 100000
  --parallel N  concurrent requests (default 16)
  --seed N      the same seed gives the same input (default 1)
  --help
`;

const maxShownFindings = 20;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    requests: { type: 'string', default: '100000' },
    parallel: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
  });
  const requests = parseWholeNumber('requests', words.requests, { min: 1, max: 10_000_000 });
  const parallel = parseWholeNumber('parallel', words.parallel, { min: 1, max: 256 });
  const seed = parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 - 1 });
  return withPlatform({}, async (platform) => {
    const bar = showBar('inputs sent', requests + Math.ceil(requests / 10));
    const { sent, raw, statuses, findings } = await fuzz(platform, { requests, parallel, seed, onDone: bar.update });
    bar.stop();
    const answers = [...statuses]
      .toSorted(([a], [b]) => a - b)
      .map(([status, count]) => `${count} x ${status || 'closed'}`);
    process.stdout.write(`${sent} requests and ${raw} raw inputs, seed ${seed}: ${answers.join(', ')}\n`);
    for (const finding of findings.slice(0, maxShownFindings)) process.stdout.write(`FOUND ${finding}\n`);
    process.stdout.write(`${findings.length} findings\n`);
    return findings.length === 0 ? exitCodes.ok : exitCodes.failed;
  });
});
