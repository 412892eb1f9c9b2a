import { project } from '../../functions/contracts/project.ts';
import { projectViolations } from '../../stacks/model/checks/check-project.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { CliError, UsageError } from '../cli/cli.ts';
import type { Draft } from './draft.ts';
import type { Kept } from './kept.ts';
import { isIdentifier } from './syntax.ts';

export interface NewStage {
  readonly name: string;
  readonly region: string;
}

/** A stage like `dev`, bound to a region. */
export function addStage(draft: Draft, stage: NewStage, kept: Kept): void {
  requireStage(stage);
  const { name, region } = stage;
  const file = 'stacks/model/stages/stages.ts';
  draft.below(
    file,
    ['dev'],
    `const ${name}: Stage = { ...base, name: '${name}', region: '${region}', logLevel: 'DEBUG' };`,
  );
  draft.after(file, ['stages', '=prod'], name);
  if (kept.cdk)
    draft.rewrite('test/synth/aws/stages.test.ts', /(stage: must be one of .*prod), /, (_, before = '') => {
      return `${before}, ${name}, `;
    });
  if (kept.planner) {
    const sample = draft.read('docs/samples/plan-dev.yaml');
    draft.create(`docs/samples/plan-${name}.yaml`, sample.replace(/\bdev\b/g, name));
  }
  addDocuments(draft, stage);
}

function requireStage({ name, region }: NewStage): void {
  const refuse = (message: string, hint: string) => new UsageError('name_refused', message, hint);
  if (!/^[a-z][a-z0-9]*$/.test(name))
    throw refuse(`'${name}' must be small letters and digits, a letter first`, 'For example: qa');
  if (!isIdentifier(name)) throw refuse(`'${name}' is a keyword of TypeScript`, 'Choose another name.');
  if (name.startsWith('local'))
    throw refuse(`'${name}' begins with local, which is kept for this machine`, 'For example: qa');
  if (!/^[a-z]{2}(-[a-z]+){1,2}-\d$/.test(region))
    throw new UsageError(
      'usage',
      `--region is '${region}', must be a region of AWS`,
      'For example: --region eu-central-1',
    );
  const all = Object.values(stages);
  const names: readonly string[] = [...all.map((stage) => stage.name), ...usedInStages];
  if (names.includes(name))
    throw new UsageError('name_taken', `'${name}' is taken: stacks/model/stages/stages.ts`, 'Choose another name.');
  const [violation] = projectViolations(project, [...all, { ...stages.dev, name }]);
  if (violation) throw new CliError('name_refused', violation, 'Choose a shorter name.');
}

/** Names that the stages' file declares or imports besides the stages. */
const usedInStages = ['base', 'project', 'functions', 'capacity', 'steady', 'rush', 'stages'];

function addDocuments(draft: Draft, { name, region }: NewStage): void {
  draft.rewrite('README.md', /^(\| `region` \| .* \| .*) \|$/, (_, before = '') => `${before}, ${name} |`);
  // Repeats the column of `dev` before the local stage's.
  draft.rewrite('docs/edge.md', /^\| setting \| dev \|.*\n(?:\|.*\n)+/, (table = '') =>
    table
      .split('\n')
      .map((row, index) => copyCell(row, index === 0 ? name : undefined))
      .join('\n'),
  );
  draft.rewrite(
    'CHANGELOG.md',
    /^## \[Unreleased\]\n(?:### Added\n)?/,
    () => `## [Unreleased]\n### Added\n- The stage \`${name}\`, in ${region}.\n`,
  );
}

function copyCell(row: string, heading: string | undefined): string {
  const cells = row.split('|');
  const [, , own = ''] = cells;
  if (cells.length < 4) return row;
  cells.splice(cells.length - 2, 0, heading === undefined ? own : ` ${heading} `);
  return cells.join('|');
}
