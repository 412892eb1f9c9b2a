import { CliError, exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { partnerClient } from '../../platform/partner/client.ts';
import type { PartnerScriptInput } from '../../platform/partner/script.ts';
import { requireRunning } from '../../platform/process/running.ts';
import { table } from '../../report/table.ts';

const usage = `
usage: npm run partner -- [--well] [changes] [--book]

Shows the behaviour of the simulated partner on the platform that \`npm start\` runs, and the calls it received. The
options change that behaviour; settings without an option stay. The partner also has a web page for this: \`npm start\`
prints its address.

  --well             reset to faultless behaviour first
  --down             refuse every connection, until --up
  --up               accept connections again
  --latency MIN-MAX  milliseconds before each response, for example 20-200
  --errors SHARE     share of the calls (0 to 1) that get a 503
  --lost SHARE       share of the calls that are booked but get no response
  --hanging SHARE    share of the calls that never get a response
  --twice SHARE      share of the calls that are booked twice
  --refused SHARE    share of the orders that are refused for good
  --seed N           select other calls and orders
  --book             print the book instead, one line of JSON per order
  --help
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    well: { type: 'boolean', default: false },
    down: { type: 'boolean', default: false },
    up: { type: 'boolean', default: false },
    latency: { type: 'string' },
    errors: { type: 'string' },
    lost: { type: 'string' },
    hanging: { type: 'string' },
    twice: { type: 'string' },
    refused: { type: 'string' },
    seed: { type: 'string' },
    book: { type: 'boolean', default: false },
  });
  if (words.down && words.up) throw new CliError('usage', '--down and --up cannot be combined', usage.trim());
  const share = <Name extends string>(name: Name, text: string | undefined) =>
    text === undefined ? {} : ({ [name]: parseShare(name, text) } as Record<Name, number>);
  const changes: PartnerScriptInput = {
    ...(words.down || words.up ? { down: words.down } : {}),
    ...(words.latency === undefined ? {} : { latencyMs: parseRange(words.latency) }),
    ...share('errorShare', words.errors),
    ...share('loseShare', words.lost),
    ...share('hangShare', words.hanging),
    ...share('twiceShare', words.twice),
    ...share('refuseShare', words.refused),
    ...(words.seed === undefined ? {} : { seed: parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 }) }),
  };
  const { partnerUrl } = await requireRunning();
  return withPlainErrors(partnerUrl, () => callPartner(partnerUrl, words, changes));
});

async function callPartner(
  partnerUrl: string,
  { well, book }: { readonly well: boolean; readonly book: boolean },
  changes: PartnerScriptInput,
): Promise<number> {
  const partner = partnerClient(partnerUrl);
  if (well || Object.keys(changes).length > 0)
    await partner.setScript({ ...(well ? {} : await partner.script()), ...changes });
  if (book) for (const entry of await partner.book()) process.stdout.write(`${JSON.stringify(entry)}\n`);
  else process.stdout.write(await readSummary(partnerUrl));
  return exitCodes.ok;
}

function parseShare(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new CliError('usage', `the ${name} must be a number from 0 to 1, got '${text}'`, 'For example: --errors 0.05');
}

function parseRange(text: string): { min: number; max: number } {
  const [, min, max] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (min === undefined || max === undefined)
    throw new CliError(
      'usage',
      `--latency must be MIN-MAX in milliseconds, got '${text}'`,
      'For example: --latency 20-200',
    );
  return { min: Number(min), max: Number(max) };
}

async function readSummary(url: string): Promise<string> {
  const partner = partnerClient(url);
  const [script, calls, book] = await Promise.all([partner.script(), partner.calls(), partner.book()]);
  const { latencyMs, ...rest } = script;
  const behaviour = Object.entries({ ...rest, latencyMs: `${latencyMs.min}-${latencyMs.max}` });
  const accepted = book.filter(({ state }) => state === 'accepted').length;
  return [
    `Partner at ${url}: ${accepted} orders accepted, ${book.length - accepted} refused`,
    table(
      behaviour.map(([name, value]) => [name, String(value)]),
      ['behaviour', ''],
    ),
    table(Object.entries(calls), ['calls', '']),
    '',
  ].join('\n');
}
