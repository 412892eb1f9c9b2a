import { type TableName, tableNames } from '../../../stacks/model/services.ts';
import { CliError } from '../../cli/cli.ts';
import { deleteBackup, deleteTable, restoreBeside } from './backups.ts';
import type { RestoreState } from './journal.ts';
import { readOrders } from './reconcile.ts';
import { byName } from './rows.ts';
import {
  besideName,
  type Core,
  core,
  pause,
  type RestoreContext,
  type Restored,
  Run,
  resume,
  writeRows,
} from './run-state.ts';
import { describeTable, readTable } from './tables.ts';

/**
 * Restores the tables as they were before the run. Refuses if orders changed since the swap, because those changes
 * would be lost.
 */
export async function undo(context: RestoreContext, begun: RestoreState): Promise<Restored> {
  const run = new Run(context, begun);
  const { clients } = context;
  const swappedAt = run.state.times.swap;
  const gone = run.state.missing.filter((table) => core.some((name) => name === table));
  if (swappedAt !== undefined && gone.length > 0) throw nothingBefore(gone);
  run.note({ undoing: true });
  if (run.state.writers) {
    const { times, done } = run.state;
    const { pause: _, ...rest } = times;
    if (done.includes('resume')) run.note({ done: done.filter((name) => !/^(pause|resume)$/.test(name)), times: rest });
    await pause(run);
    if (swappedAt !== undefined) await refuseLoss(run, swappedAt);
    for (const [table, arn] of Object.entries(run.state.before) as [Core, string][])
      await run.step(`undo-${table}`, `restoring ${table} from before the run`, () => putBack(run, table, arn));
    await resume(run);
  }
  context.onStep('comparing the views with the events');
  const wrong = await context.mendViews();
  run.note({ finished: 'undone', times: { ...run.state.times, finished: Date.now() } });
  for (const table of tableNames)
    if (await describeTable(clients, undoName(run, table))) await deleteTable(clients, undoName(run, table));
  return { state: run.state, wrong };
}

const nothingBefore = (tables: readonly TableName[]) =>
  new CliError(
    'undo_impossible',
    `${tables.join(', ')} did not exist before the restore, so there is nothing to put back`,
    'Nothing was changed. To continue, add --apply.',
  );

const undoName = (run: Run, table: TableName) => `${besideName(run.name(table), run.state.run)}-undo`;

async function refuseLoss(run: Run, sinceMs: number): Promise<void> {
  const orders = readOrders(byName(await readTable(run.context.clients, run.name('orders'))));
  const changed = orders.filter(({ changedAt }) => Date.parse(changedAt) > sinceMs);
  if (changed.length === 0 || run.state.done.some((name) => name.startsWith('undo-'))) return;
  await resume(run);
  run.note({ undoing: false });
  throw new CliError(
    'changed_since',
    `${changed.length} orders changed since the swap, and an undo would lose these changes; the first is ${changed[0]?.orderId}`,
    'Nothing was changed. To be able to undo, restore with --hold, and check before resuming.',
  );
}

async function putBack(run: Run, table: Core, arn: string): Promise<undefined> {
  const { clients } = run.context;
  const beside = undoName(run, table);
  await restoreBeside(clients, { table: run.name(table), beside, point: { kind: 'backup', at: 0, arn } });
  const stored = byName(await readTable(clients, run.name(table)));
  await writeRows(run, table, byName(await readTable(clients, beside)), stored);
}

/** Deletes the leftovers of a finished run: the restored tables, and the backups from before the run. */
export async function clean({ clients, journal }: RestoreContext, state: RestoreState): Promise<void> {
  for (const table of Object.values(state.beside)) await deleteTable(clients, table);
  for (const arn of Object.values(state.before)) await deleteBackup(clients, arn);
  journal.archive(state.run);
}
