import { draftAddition } from '../../add/add.ts';
import {
  type Changes,
  format,
  listChanges,
  listWritten,
  requireClean,
  toUndo,
  undo,
  writeFiles,
} from '../../add/write.ts';
import { exitCodes, parseWithWords, runMain } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { listGeneration, runTask } from '../../upgrade/generate.ts';

const usage = `
usage: npm run add -- step NAME --trigger KIND [--dry-run]
       npm run add -- route NAME --path PATH [--dry-run]
       npm run add -- stage NAME --region REGION [--dry-run]
       npm run add -- secret NAME --service NAME [--dry-run]
       npm run add -- table NAME --service NAME [--dry-run]
       npm run add -- index ATTRIBUTE --table TABLE [--dry-run]

Makes the changes that docs/adding.md describes, in every file, so that types, lint and tests pass at once:
a step with its use case, an entry for each cloud of the project, trigger, alarms, permissions, redrive, tests and
documents; a route that reads something of a product; a stage like dev, in a region of its own; a secret that a function
reads while it runs, named after its issuer; a table with a row per product, its store on each cloud, and the routes
that use it; or an index on an attribute of such a table, or of the catalog. It needs a clean working tree, and prints
the command that undoes it.

  --trigger KIND   of a step, its trigger: queue, bus (a queue of confirmed orders), stream (of the orders'
                   events), timer (one run at a time), or api (a public read about a product)
  --path PATH      of a route: '/products/{sku}/' and a word; it reads something of a product
  --region REGION  of a stage: the only region of AWS that it may be deployed to
  --service NAME   of a secret, whose function reads it: fulfilment; of a table, whose rows they are: catalog (customers
                   read them, administrators put them) or stock (administrators alone)
  --table TABLE    of an index, whose rows it lists: catalog, or a table that this command wrote
  --dry-run        shows which files would change
  --help
`;

await runMain(async () => {
  const { values, words } = parseWithWords(usage, {
    trigger: { type: 'string' },
    path: { type: 'string' },
    region: { type: 'string' },
    service: { type: 'string' },
    table: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  });
  const draft = draftAddition(projectFolder, words, {
    trigger: values.trigger,
    path: values.path,
    region: values.region,
    service: values.service,
    table: values.table,
  });
  if (!values['dry-run']) requireClean(projectFolder);
  const files = format(projectFolder, draft.files);
  const changes = listChanges(projectFolder, files.keys());
  if (values['dry-run']) return preview(changes);
  return write(files);
});

function preview({ added, changed }: Changes): number {
  for (const path of added) process.stdout.write(`  new      ${path}\n`);
  for (const path of changed) process.stdout.write(`  changed  ${path}\n`);
  process.stdout.write(`files: ${added.length} new, ${changed.length} changed; nothing was written\n`);
  return exitCodes.ok;
}

function write(files: ReadonlyMap<string, string>): number {
  const progress = showProgress();
  try {
    writeFiles(projectFolder, files);
    for (const task of listGeneration(projectFolder)) {
      progress.step(`writing ${task.name}`);
      runTask(projectFolder, task);
    }
  } catch (error) {
    undo(projectFolder, listWritten(projectFolder));
    throw error;
  } finally {
    progress.done();
  }
  const changes = listWritten(projectFolder);
  process.stdout.write(`Files: ${changes.added.length} new, ${changes.changed.length} changed. To undo it:\n\n`);
  process.stdout.write(`${toUndo(changes)}\n\nNext: npm test.\n`);
  return exitCodes.ok;
}
