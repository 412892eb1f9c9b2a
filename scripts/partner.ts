import { CliError, exitCodes, parseCommandLine, runMain, wholeNumber } from './cli/cli.ts';
import { partnerAt } from './platform/partner/client.ts';
import type { PartnerScriptInput } from './platform/partner/script.ts';
import { needRunning } from './platform/process/running.ts';
import { table } from './report/table.ts';

const usage = `
usage: npm run partner -- [--well] [changes] [--book]

Shows how the partner of the platform that \`npm start\` runs behaves, and what it was asked. What is given here is
changed, the rest stays. The same by mouse: the partner's own page, whose address \`npm start\` prints.

  --well             first back to the best behaviour
  --down             nobody there: each connection ends; --up ends that
  --latency MIN-MAX  milliseconds before each answer, for example 20-200
  --errors SHARE     of the calls, 0 to 1: answered 503
  --lost SHARE       of the calls: booked, but the answer gets lost
  --hanging SHARE    of the calls: never answered
  --twice SHARE      of the calls: handed to its book two times
  --refused SHARE    of the orders: refused for ever
  --seed N           another choice of calls and orders
  --book             print the book instead, a line of JSON for each order
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
  if (words.down && words.up) throw new CliError('usage', '--down and --up exclude each other', usage.trim());
  const share = <Name extends string>(name: Name, text: string | undefined) =>
    text === undefined ? {} : ({ [name]: text.trim() === '' ? Number.NaN : Number(text) } as Record<Name, number>);
  const changes: PartnerScriptInput = {
    ...(words.down || words.up ? { down: words.down } : {}),
    ...(words.latency === undefined ? {} : { latencyMs: range(words.latency) }),
    ...share('errorShare', words.errors),
    ...share('loseShare', words.lost),
    ...share('hangShare', words.hanging),
    ...share('twiceShare', words.twice),
    ...share('refuseShare', words.refused),
    ...(words.seed === undefined ? {} : { seed: wholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 }) }),
  };
  const platform = await needRunning();
  const partner = partnerAt(platform.partnerUrl);
  if (words.well || Object.keys(changes).length > 0)
    await partner.setScript({ ...(words.well ? {} : await partner.script()), ...changes });
  if (words.book) for (const entry of await partner.book()) process.stdout.write(`${JSON.stringify(entry)}\n`);
  else process.stdout.write(await summary(platform.partnerUrl));
  return exitCodes.ok;
});

function range(text: string): { min: number; max: number } {
  const [, min, max] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (min === undefined || max === undefined)
    throw new CliError(
      'usage',
      `--latency must be MIN-MAX in milliseconds, got '${text}'`,
      'for example --latency 20-200',
    );
  return { min: Number(min), max: Number(max) };
}

async function summary(url: string): Promise<string> {
  const partner = partnerAt(url);
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
