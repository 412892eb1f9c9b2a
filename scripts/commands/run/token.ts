import { CliError, parseCommandLine, runMain, UsageError } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { requireRunning } from '../../platform/process/running.ts';

const usage = `
usage: npm run token -- --customer NAME [--admin]

  TOKEN=$(npm run -s token -- --customer anna)      -s suppresses npm's own lines

Prints only a token for the platform that \`npm start\` runs. It is valid for an hour.

  --customer NAME  the customer
  --admin          also allow creating products and supplying stock
  --help           this text
`;

async function main(): Promise<number> {
  const { customer, admin } = parseCommandLine(usage, {
    customer: { type: 'string' },
    admin: { type: 'boolean', default: false },
  });
  if (!customer) throw new CliError('usage', '--customer is missing', usage.trim());
  const platform = await requireRunning();
  const response = await withPlainErrors(platform.issuerUrl, () =>
    fetch(`${platform.issuerUrl}/token`, { method: 'POST', body: JSON.stringify({ customer, admin }) }),
  );
  const answer = (await response.json()) as { access_token?: string; detail?: string };
  if (!answer.access_token)
    throw new UsageError('token_refused', answer.detail ?? `status ${response.status}`, usage.trim());
  process.stdout.write(`${answer.access_token}\n`);
  return 0;
}

await runMain(main);
