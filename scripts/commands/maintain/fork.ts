import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { exitCodes, parseCommandLine, runMain, UsageError } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { makeFork, previewFork } from '../../fork/make.ts';
import { toAnswers } from '../../fork/options.ts';
import { projectFolder } from '../../platform/process/paths.ts';

const usage = `
usage: npm run fork -- --into DIR --name NAME --order WORD --sku WORD [options]

Creates your own project from this one: copies a committed version, leaves out the parts that you do not keep, renames
the project and its words everywhere, and commits the result (docs/forking.md). On a terminal, asks for missing options.

  --into DIR       the fork's folder, which must not exist
  --name NAME      the project's name: seat-box
  --order WORD     what an order is called: booking, or with its plural person:people
  --sku WORD       what a product's identifier is called: seat
  --customer WORD  what a customer is called; default: customer
  --keep LIST      of aws, azure, google, and of cdk, terraform; may be repeated; default: all
  --storefront NO  'no' leaves the page out; default: yes
  --lab NO         'no' leaves simulation, drills and the rest of the laboratory out; default: yes
  --version TAG    a tag, a branch or a commit; default: HEAD
  --dry-run        shows what would change
  --no-check       writes no generated files, and skips types, lint, unit and synth
  --help
`;

const checked = 'Types, lint, unit and synth pass. Next: npm run demo, there.\n';
const unchecked =
  'Not checked: --no-check. Its snapshots and docs/openapi.json are renamed, not written anew: npm test.\n';

const required = { into: 'folder of the fork', name: "the project's name", order: 'an order is', sku: 'a sku is' };

await runMain(async () => {
  const options = parseCommandLine(usage, {
    into: { type: 'string' },
    name: { type: 'string' },
    order: { type: 'string' },
    sku: { type: 'string' },
    customer: { type: 'string' },
    keep: { type: 'string', multiple: true, default: [] },
    storefront: { type: 'string', default: 'yes' },
    lab: { type: 'string', default: 'yes' },
    version: { type: 'string', default: 'HEAD' },
    'dry-run': { type: 'boolean', default: false },
    'no-check': { type: 'boolean', default: false },
  });
  const asked = await askForMissing(options);
  const answers = toAnswers({ ...options, ...asked });
  const plan = { from: projectFolder, version: options.version, answers };
  if (options['dry-run']) return preview(plan);
  const progress = showProgress();
  try {
    const check = !options['no-check'];
    const { version } = makeFork({ ...plan, into: asked.into, check }, progress);
    progress.done();
    process.stdout.write(`${asked.name} is in ${asked.into}, made from version ${version}, and committed.\n`);
    process.stdout.write(check ? checked : unchecked);
    return exitCodes.ok;
  } finally {
    progress.done();
  }
});

type Required = Record<keyof typeof required, string>;

async function askForMissing(options: Partial<Required>): Promise<Required> {
  const names = Object.keys(required) as (keyof Required)[];
  const missing = names.filter((name) => options[name] === undefined);
  if (missing.length > 0 && !process.stdin.isTTY) {
    const flags = missing.map((name) => `--${name}`).join(', ');
    throw new UsageError('usage', `${flags} missing, and there is no terminal to ask on`, usage.trim());
  }
  const answered = { ...options } as Required;
  if (missing.length === 0) return answered;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  for (const name of missing) answered[name] = (await terminal.question(`${required[name]}: `)).trim();
  terminal.close();
  return answered;
}

function preview(plan: Parameters<typeof previewFork>[0]): number {
  const workshop = mkdtempSync(join(tmpdir(), 'fork-'));
  try {
    const { leftOut, moved, files } = previewFork(plan, workshop);
    const places = [...leftOut].map(([place, count]) => `  ${String(count).padStart(4)} ${place}\n`);
    const paths = moved.map(([from, to]) => `  ${from} -> ${to}\n`);
    const left = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
    process.stdout.write(`Left out, files by place:\n${places.join('')}Renamed:\n${paths.join('')}`);
    process.stdout.write(
      `${left} files left out, ${moved.length} renamed, ${files} in the fork; nothing was written\n`,
    );
    return exitCodes.ok;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}
