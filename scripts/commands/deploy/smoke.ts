import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { smoke } from '../../operations/smoke.ts';

const usage = `
usage: npm run smoke -- --url URL [--sku SKU] [--within SECONDS]

After a deploy: places one order at the shop as a customer, waits until it is confirmed, and cancels it, so that nothing
is shipped. Exit code 0 only if every step answers as documented.

  --url URL        address of the shop, as the CDN serves it
  --sku SKU        product to buy; default: one of its own, which an administrator's token creates
  --within SECONDS until the order is confirmed (default 60)
  --help

Tokens come from the environment: SMOKE_TOKEN of a customer, SMOKE_ADMIN_TOKEN of an administrator.
`;

await runMain(async () => {
  const { url, sku, within } = parseCommandLine(usage, {
    url: { type: 'string' },
    sku: { type: 'string' },
    within: { type: 'string', default: '60' },
  });
  const { SMOKE_TOKEN: token, SMOKE_ADMIN_TOKEN: adminToken } = process.env;
  if (!url || !URL.canParse(url)) throw new CliError('usage', `--url is '${url ?? ''}', must be a URL`, usage.trim());
  if (!token) throw new CliError('usage', 'SMOKE_TOKEN is missing', usage.trim());
  const withinSeconds = parseWholeNumber('within', within, { min: 1, max: 3_600 });
  const onStep = (text: string) => void process.stderr.write(`  ${text}\n`);
  await smoke({ url, token, adminToken, sku, withinSeconds }, { fetch, pause: (ms) => sleep(ms), onStep });
  process.stdout.write('one order was confirmed, and cancelled\n');
  return undefined;
});
