import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { type ContractVerdict, installJudge, judgeContract } from '../../lab/contract/contract.ts';
import { withPlatform } from '../../platform/with-platform.ts';

const usage = `
usage: npm run contract [-- options]

Checks the deployed API against docs/openapi.json with Schemathesis, an independent tool: HTTP API and Function URLs,
each directly and behind the local CDN. Exit code 0 only if it finds nothing.

  --examples N  generated requests for each operation, in addition to those that cover its schema (default 100)
  --seed N      the same seed sends the same requests (default 1)
  --help
`;

const stages = ['local', 'local-url'] as const;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    examples: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  });
  const examples = parseWholeNumber('examples', words.examples, { min: 1, max: 100_000 });
  const seed = parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 - 1 });
  const installing = showProgress();
  const interpreter = await installJudge(installing.step);
  installing.done();
  const verdicts: (ContractVerdict & { readonly door: string })[] = [];
  for (const stage of stages) {
    await withPlatform({ stage }, async (platform, progress) => {
      const token = await platform.issuer.token({ customer: 'contract', admin: true });
      for (const [door, url] of [
        ['API', platform.apiUrl],
        ['CDN', platform.edgeUrl],
      ] as const) {
        progress.step(`judging the ${door} of ${stage}`);
        const verdict = await judgeContract(interpreter, { url, token, examples, seed, throughCdn: door === 'CDN' });
        verdicts.push({ ...verdict, door: `${stage}, ${door}` });
      }
      return exitCodes.ok;
    });
  }
  return report(verdicts);
});

function report(verdicts: readonly (ContractVerdict & { readonly door: string })[]): number {
  for (const { ok, output, door } of verdicts) if (!ok) process.stdout.write(`\n${door}:\n${output}\n`);
  for (const { ok, requests, door } of verdicts)
    process.stdout.write(`${door}: ${requests} requests, ${ok ? 'nothing found' : 'FAILED'}\n`);
  return verdicts.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.failed;
}
