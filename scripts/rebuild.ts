import { physicalName } from '../stacks/model/names.ts';
import { exitCodes, parseCommandLine, runMain, wholeNumber } from './cli/cli.ts';
import { showProgress } from './cli/progress.ts';
import { findStage, useInEnvironment } from './operations/find-stage.ts';
import { type Comparison, compareLive, rebuild } from './operations/rebuild/run.ts';
import { rebuildStores } from './operations/rebuild/stores.ts';

const usage = `
usage: npm run rebuild -- [--apply]

Compares the views (sales of each product, in all and by minute) with the events that they are made from. With --apply
it builds them anew beside those that are read, compares, swaps them in by one write, and compares again. Orders may
keep coming. All orders' last events stand in memory meanwhile: about 2 KB each.

  --apply             rebuild; without it, only compare
  --settle SECONDS    how long after the swap the old views are kept, and events are counted that went into them;
                      longer than a projection may run, 1 to 900 (default 35)
  --stage NAME        default: the stage of the platform that runs
  --help

It works on the platform that \`npm start\` runs, on AWS_ENDPOINT_URL if that is set, else on AWS with your credentials.
Exit code: 0 the views are what the events say, 1 they are not, 2 wrong usage.
`;

/** Names of rows in the answer. */
const shown = 10;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    apply: { type: 'boolean', default: false },
    settle: { type: 'string', default: '35' },
    stage: { type: 'string' },
  });
  const settleMs = wholeNumber('settle', words.settle, { min: 1, max: 900 }) * 1_000;
  const found = await findStage(words.stage);
  useInEnvironment(found);
  const tables = { orders: physicalName(found.stage, 'orders'), views: physicalName(found.stage, 'views') };
  const stores = rebuildStores(tables, found.config);
  const progress = showProgress();
  progress.line(`stage ${found.stage} on ${found.place}`);
  if (words.apply) await rebuild(stores, tables.views, { settleMs, onStep: progress.step });
  progress.step('comparing the views with the events');
  const comparison = await compareLive(stores);
  progress.done();
  process.stdout.write(textOf(comparison));
  if (comparison.different.length === 0) return exitCodes.ok;
  if (!words.apply) process.stderr.write('Nothing was changed. With --apply they are rebuilt.\n');
  return exitCodes.failed;
});

function textOf({ orders, rows, different, unreadable }: Comparison): string {
  const more = different.length > shown ? [`  and ${different.length - shown} more`] : [];
  return [
    `${orders} orders, ${rows} rows of views: ${different.length === 0 ? 'all' : `${different.length} not`} as the events say`,
    ...different.slice(0, shown).map((name) => `  ${name}`),
    ...more,
    ...unreadable.map((name) => `unreadable event: ${name}`),
    '',
  ].join('\n');
}
