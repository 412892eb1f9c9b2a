import type { Sales } from '../../../functions/domain/sales.ts';
import { tableName } from '../../../stacks/model/table-shapes.ts';
import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { showProgress } from '../../cli/progress.ts';
import { cellOf, exportToEnvironment, findRetentionDays, findStage } from '../../operations/find-stage.ts';
import { type Comparison, compareLive, rebuild } from '../../operations/rebuild/run.ts';
import { rebuildStores } from '../../operations/rebuild/stores.ts';

const usage = `
usage: npm run rebuild -- [--apply]

Compares the views (sales per product, in total and per minute) with the events they derive from. With --apply it
builds new views beside the live ones, compares, swaps them in with one write, and compares again. New orders may
arrive meanwhile. The last event of every order is held in memory, about 2 KB each.

  --apply             rebuild; without it, only compare
  --settle SECONDS    how long to keep the old views after the swap, and recount late events from them; must exceed
                      the longest run of a projection, 1 to 900 (default 35)
  --stage NAME        default: the stage of the running platform, or the one that is deployed on AWS_ENDPOINT_URL
  --help

Uses AWS_ENDPOINT_URL if set, else the platform that \`npm start\` runs, else AWS with your credentials.
Exit code: 0 the views match the events, 1 they do not, 2 wrong usage.
`;

const maxShownRows = 10;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    apply: { type: 'boolean', default: false },
    settle: { type: 'string', default: '35' },
    stage: { type: 'string' },
  });
  const settleMs = parseWholeNumber('settle', words.settle, { min: 1, max: 900 }) * 1_000;
  const found = await findStage(words.stage);
  exportToEnvironment(found);
  const cell = cellOf(found);
  const tables = { orders: tableName(cell, 'orders'), views: tableName(cell, 'views') };
  const stores = rebuildStores(tables, found.config);
  const retentionDays = findRetentionDays(found.stage);
  const progress = showProgress();
  progress.line(`stage ${found.stage} on ${found.place}`);
  const comparison = await withPlainErrors(found.place, async () => {
    const options = { settleMs, retentionDays, onStep: progress.step };
    if (words.apply) await rebuild(stores, tables.views, options);
    progress.step('comparing the views with the events');
    return compareLive(stores, retentionDays);
  });
  progress.done();
  process.stdout.write(formatComparison(comparison));
  if (comparison.different.length === 0) return exitCodes.ok;
  if (!words.apply) process.stderr.write('Nothing was changed. To rebuild the views, add --apply.\n');
  return exitCodes.failed;
});

function formatComparison({ orders, rows, different, unreadable, expired }: Comparison): string {
  const more = different.length > maxShownRows ? [`  and ${different.length - maxShownRows} more`] : [];
  return [
    `${orders} orders, ${rows} view rows: ${different.length === 0 ? 'all match' : `${different.length} do not match`} the events`,
    ...different.slice(0, maxShownRows).map((name) => `  ${name}`),
    ...more,
    ...(expired ? [describeExpired(expired)] : []),
    ...unreadable.map((name) => `unreadable event: ${name}`),
    '',
  ].join('\n');
}

function describeExpired({ confirmedOrders, rejectedOrders, cancelledOrders, reservedUnits, revenue }: Sales): string {
  const orders = confirmedOrders + rejectedOrders + cancelledOrders;
  return `${orders} orders, ${reservedUnits} units, sum ${revenue} older than the retention: taken from the totals of the live views`;
}
