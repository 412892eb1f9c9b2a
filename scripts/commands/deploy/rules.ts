import { toDocument } from '../../../stacks/rules/document.ts';
import { findReplacements } from '../../../stacks/rules/replacement/find-replacements.ts';
import { checkTemplate, type Finding, listUnknownTypes, notRead } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { Template } from '../../../stacks/rules/template/template.ts';
import { CliError, exitCodes, parseWithWords, runMain } from '../../cli/cli.ts';
import { findKept, formatKept, toResourceMapping } from '../../rules/kept.ts';
import { findBefore, type NamedTemplate, readFiles } from '../../rules/read-files.ts';

const usage = `
usage: npm run rules -- [--json] FILE [FILE ...]
       npm run rules -- --before FOLDER FILE [FILE ...]
       npm run rules -- --kept [--import NAME] FILE [FILE ...]
       npm run rules -- --list

Checks rendered templates against the rules of deployability (docs/rules.md): CloudFormation's
(cdk.out/*.template.json, all stacks of a stage together) or Terraform's (cdktf.out/stacks/<name>/cdk.tf.json).
Exit code 0 only without a finding.

  --json          prints the findings as JSON
  --before FOLDER  lists instead the resources with data that a deploy of the files would replace or remove: FOLDER
                  contains the deployed templates, rendered from their commit
  --kept          lists instead the resources that outlive the stage, with the names that make the next deploy fail
  --import NAME   with --kept: the file for cdk import --resource-mapping, for the stack NAME
  --list          prints docs/rules.md
  --help
`;

interface Listed extends Finding {
  readonly template: string;
  readonly rule: string;
}

const options = {
  json: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  kept: { type: 'boolean', default: false },
  before: { type: 'string' },
  import: { type: 'string' },
} as const;

function describeKept(templates: readonly NamedTemplate[], stack: string | undefined): string {
  const kept = templates.flatMap(({ template }) => findKept(template));
  if (stack !== undefined && !kept.some(({ id }) => id.startsWith(`${stack}/`)))
    throw new CliError(
      'stack_unknown',
      `no file holds a stack '${stack}' with kept resources`,
      `--import takes one of: ${[...new Set(kept.map(({ id }) => id.split('/')[0]))].join(', ') || 'none'}`,
    );
  return stack === undefined ? formatKept(kept) : `${JSON.stringify(toResourceMapping(kept, stack), null, 2)}\n`;
}

const checkAll = (templates: readonly NamedTemplate[]): Listed[] =>
  templates.flatMap(({ name, template }) =>
    checkTemplate(template, rules).map((finding) => ({ template: name, ...finding })),
  );

const formatLine = ({ template, rule, resource, problem }: Listed): string =>
  rule === notRead
    ? `${template}: not read: ${resource}, ${problem}\n`
    : `${template}: ${rule}: ${resource}: ${problem}\n`;

/** What was left out without harm. */
function describeUnknown(templates: readonly NamedTemplate[]): string {
  const types = new Set(templates.flatMap(({ template }) => listUnknownTypes(template, rules)));
  return types.size === 0 ? '' : `not judged, because no rule is about them: ${[...types].join(', ')}\n`;
}

function compareAll(before: readonly NamedTemplate[], after: readonly NamedTemplate[]): Listed[] {
  const next = new Map(after.map(({ name, template }) => [name, template]));
  return before.flatMap(({ name, template }) => {
    const found = findReplacements(template, next.get(name) ?? new Template([]));
    return found.map((finding) => ({ template: name, rule: 'replaced', ...finding }));
  });
}

await runMain(async () => {
  const { values, words: paths } = parseWithWords(usage, options);
  const { json, list, kept, before, import: stack } = values;
  if (list) {
    process.stdout.write(toDocument(rules));
    return exitCodes.ok;
  }
  const wrong = (problem: string) => new CliError('usage', problem, usage.trim());
  if (paths.length === 0) throw wrong('a file is missing');
  if (stack !== undefined && !kept) throw wrong('--import needs --kept');
  if (kept && before !== undefined) throw wrong('--kept and --before exclude each other');
  const templates = readFiles(paths);
  if (kept) {
    process.stdout.write(describeKept(templates, stack));
    return exitCodes.ok;
  }
  const found =
    before === undefined ? checkAll(templates) : compareAll(readFiles(findBefore(before, paths)), templates);
  const lines = found.map(formatLine);
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : lines.join(''));
  if (before === undefined) process.stderr.write(describeUnknown(templates));
  process.stderr.write(
    before === undefined ? `${rules.length} rules, ${found.length} findings\n` : `${found.length} findings\n`,
  );
  return found.length > 0 ? exitCodes.failed : exitCodes.ok;
});
