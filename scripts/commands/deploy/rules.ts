import { toDocument } from '../../../stacks/rules/document.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { findKept, formatKept, toResourceMapping } from '../../rules/kept.ts';
import { type NamedTemplate, readFiles } from '../../rules/read-files.ts';

const usage = `
usage: npm run rules -- [--json] FILE [FILE ...]
       npm run rules -- --kept [--import=NAME] FILE [FILE ...]
       npm run rules -- --list

Checks rendered templates against the rules of deployability (docs/rules.md): CloudFormation's
(cdk.out/*.template.json, all stacks of a stage together) or Terraform's (cdktf.out/stacks/<name>/cdk.tf.json).
Exit code 0 only without a finding.

  --json       prints the findings as JSON
  --kept       lists what outlives the stage instead, with its name: it stands in the way of the next deploy
  --import=NAME   with --kept: the file for cdk import --resource-mapping, for the stack NAME
  --list       prints docs/rules.md
  --help
`;

function describeKept(templates: readonly NamedTemplate[], stack: string | undefined): string {
  const kept = templates.flatMap(({ template }) => findKept(template));
  return stack === undefined ? formatKept(kept) : `${JSON.stringify(toResourceMapping(kept, stack), null, 2)}\n`;
}

await runMain(async () => {
  const args = process.argv.slice(2);
  const paths = args.filter((arg) => !arg.startsWith('-'));
  const options = {
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    kept: { type: 'boolean', default: false },
    import: { type: 'string' },
  } as const;
  const flags = args.filter((arg) => arg.startsWith('-'));
  const { json, list, kept, import: stack } = parseCommandLine(usage, options, flags);
  if (list) {
    process.stdout.write(toDocument(rules));
    return exitCodes.ok;
  }
  if (paths.length === 0) throw new CliError('usage', 'a file is missing', usage.trim());
  const templates = readFiles(paths);
  if (kept) {
    process.stdout.write(describeKept(templates, stack));
    return exitCodes.ok;
  }
  const found = templates.flatMap(({ name, template }) =>
    checkTemplate(template, rules).map((finding) => ({ template: name, ...finding })),
  );
  const lines = found.map(({ template, rule, resource, problem }) => `${template}: ${rule}: ${resource}: ${problem}\n`);
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : lines.join(''));
  process.stderr.write(`${rules.length} rules, ${found.length} findings\n`);
  return found.length > 0 ? exitCodes.failed : exitCodes.ok;
});
