import { showBar } from '../../cli/bar.ts';
import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { fuzz } from '../../lab/fuzz/run.ts';
import { openListeners } from '../../platform/http/listen.ts';
import { withPlatform } from '../../platform/with-platform.ts';

const usage = `
usage: npm run fuzz -- [options]

Sends generated bad input to everything that listens: API, CDN, issuer, partner, gateway and functions. Half of the
requests derive from docs/openapi.json and go to API and CDN: random, or valid writes with one defect. Half go to all
listeners in turn, also as a foreign page or host would send them. A tenth as many more are raw bytes over sockets
(duplicate headers, conflicting lengths, broken chunks, broken targets), plus the saved corpus. Exit code 0 only if there
was no 5xx, no hang and no listener that ended, no bad write was accepted, and the stores are unchanged.

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
  return withPlatform({ innerLoop: 'one-process', onLog: () => {} }, async (platform) => {
    const bar = showBar('inputs sent', requests + Math.ceil(requests / 10));
    const { sent, raw, statuses, findings } = await fuzz(
      { ...platform, listeners: openListeners() },
      { requests, parallel, seed, onDone: bar.update },
    );
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
