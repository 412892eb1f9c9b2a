import Table from 'cli-table3';
import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { allChecks, checkWithout, quickChecks, type Verdict } from '../../parts/check-without.ts';
import { type PartName, partNames, parts } from '../../parts/parts.ts';
import { countLines, listFiles, removePart } from '../../parts/remove-part.ts';
import { installEveryExtra } from '../../platform/process/extra-packages.ts';
import { projectFolder } from '../../platform/process/paths.ts';

const usage = `
usage: npm run parts [-- --check [--only NAME] [--quick]]
       npm run parts -- --remove NAME

Lists the parts of the project that can be left out, with their size (docs/parts.md).

  --check       deletes each part in a copy, and runs types, lint, unit and synth there: some minutes each;
                exit code 0 only if all of it passes
  --only NAME   one of ${partNames.join(', ')}
  --quick       types and imports only: some ten seconds each
  --remove NAME deletes the part from this project and edits the lines that name it
  --help
`;

await runMain(async () => {
  const options = parseCommandLine(usage, {
    check: { type: 'boolean', default: false },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    remove: { type: 'string' },
  });
  if (options.remove !== undefined) return remove(parsePart('remove', options.remove));
  const chosen = options.only === undefined ? partNames.filter(isHere) : [requireHere(parsePart('only', options.only))];
  if (!options.check) return list(chosen);
  installEveryExtra();
  const progress = showProgress();
  const verdicts: Verdict[] = [];
  for (const part of chosen) {
    progress.step(`without ${part}`);
    verdicts.push(await checkWithout(projectFolder, part, options.quick ? quickChecks : allChecks));
  }
  progress.done();
  return report(verdicts);
});

function parsePart(option: string, name: string): PartName {
  const found = partNames.find((one) => one === name);
  if (found) return found;
  throw new CliError('usage', `--${option} is '${name}', must be one of ${partNames.join(', ')}`, usage.trim());
}

function isHere(name: PartName): boolean {
  return listFiles(projectFolder, parts[name].paths).length > 0;
}

/** A part that was removed before cannot be removed again, so trying it would prove nothing. */
function requireHere(name: PartName): PartName {
  if (isHere(name)) return name;
  throw new CliError('part_missing', `there is nothing of '${name}' here`, 'It was removed before.');
}

function list(chosen: readonly PartName[]): number {
  const table = new Table({ head: ['part', 'files', 'lines', 'what it is'], style: { head: [] } });
  for (const name of chosen) {
    const files = listFiles(projectFolder, parts[name].paths);
    table.push([name, files.length, countLines(projectFolder, files), parts[name].title]);
  }
  process.stdout.write(`${table.toString()}\n`);
  return exitCodes.ok;
}

function remove(name: PartName): number {
  const { files, lines, editedLines } = removePart(projectFolder, parts[requireHere(name)], Object.values(parts));
  process.stdout.write(`removed ${name}: ${files} files, ${lines} lines; edited ${editedLines} lines\n`);
  return exitCodes.ok;
}

function report(verdicts: readonly Verdict[]): number {
  const head = ['without', 'files', 'lines', 'edited lines', 'checks', 'failed', 'seconds'];
  const table = new Table({ head, style: { head: [] } });
  for (const { part, files, lines, editedLines, checks, failures, seconds } of verdicts)
    table.push([part, files, lines, editedLines, checks, failures.length, seconds.toFixed(0)]);
  const failures = verdicts.flatMap(({ part, failures }) => failures.map((failure) => ({ part, ...failure })));
  for (const { part, check, output } of failures)
    process.stdout.write(`\nwithout ${part}, ${check} failed:\n${output.slice(-4_000)}\n`);
  process.stdout.write(`${table.toString()}\n`);
  const passed = verdicts.length - new Set(failures.map(({ part }) => part)).size;
  process.stdout.write(`${passed} of ${verdicts.length} parts can be left out\n`);
  return failures.length > 0 ? exitCodes.failed : exitCodes.ok;
}
