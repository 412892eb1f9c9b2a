import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { installActionlint, lintWorkflows } from '../../scripts/rules/workflows/actionlint.ts';
import { checkWorkflow } from '../../scripts/rules/workflows/check-workflow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = new URL('../../.github/workflows/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const names = readdirSync(folder);

test.each(names)('%s breaks no rule', (name) => {
  expect(checkWorkflow(read(name))).toEqual([]);
});

/** Each change makes one mistake in one workflow. */
const spoilt: readonly [name: string, from: string | RegExp, to: string, problem: RegExp][] = [
  ['test.yml', /actions\/checkout@\w+ # v[\d.]+/, 'actions/checkout@v7', /actions\/checkout@v7.*40 hexadecimal digits/],
  ['test.yml', / # v7\.0\.1/, '', /names no version/],
  ['test.yml', /@3d3c42e5/, '@3D3C42E5', /40 hexadecimal digits/],
  ['test.yml', 'permissions:\n  contents: read\n', '', /no permissions/],
  ['test.yml', 'contents: read', 'contents: write', /job 'test'.*contents: write/],
  ['test.yml', 'permissions:\n  contents: read', 'permissions: write-all', /write-all/],
  ['test.yml', 'persist-credentials: false', 'persist-credentials: true', /persist-credentials/],
  ['test.yml', 'timeout-minutes: 40', 'continue-on-error: false', /timeout-minutes/],
  ['review.yml', 'pull_request:', 'pull_request_target:', /pull_request_target/],
  [
    'review.yml',
    '      contents: read\n',
    '      contents: read\n      pull-requests: write\n',
    /job 'compare'.*writes/,
  ],
  ['review.yml', /STAGES: .*/, `KEY: ${'$'}{{ secrets.KEY }}`, /secrets/],
  ['review.yml', 'gh pr comment "$NUMBER"', `gh pr comment ${'$'}{{ github.event.pull_request.title }}`, /in a script/],
  ['deploy.yml', `    environment: ${'$'}{{ inputs.stage }}\n`, '', /job '(cdk|terraform)'.*environment/],
  ['deploy.yml', 'cancel-in-progress: false', 'cancel-in-progress: true', /half-way/],
  ['deploy.yml', 'role-session-name', 'aws-secret-access-key', /aws-secret-access-key/],
  ['terraform.yml', `    environment: ${'$'}{{ inputs.stage }}\n`, '', /job 'apply'.*environment/],
  ['terraform.yml', 'cancel-in-progress: false', 'cancel-in-progress: true', /half-way/],
  ['terraform.yml', /azure\/login@\w+ # v[\d.]+/, 'azure/login@v3', /azure\/login@v3.*40 hexadecimal digits/],
  ['plan.yml', `    environment: ${'$'}{{ vars.PLAN_STAGE }}\n`, '', /job 'plan'.*its code runs without approval/],
  ['plan.yml', 'a-placeholder-for-the-plan\n', `${'$'}{{ secrets.ORIGIN_SECRET }}\n`, /reads secrets/],
  ['nightly.yml', '      issues: write\n', '      issues: write\n      contents: write\n', /contents: write/],
];

describe('refuses', () => {
  // A fork that removed a part leaves out its workflows.
  test.each(spoilt.filter(([name]) => names.includes(name)))('%s with %s as %s', (name, from, to, problem) => {
    const text = read(name).replace(from, to);
    expect(text).not.toBe(read(name));
    expect(checkWorkflow(text).join('\n')).toMatch(problem);
  });

  test('text that is not YAML', () => {
    expect(checkWorkflow('on: [push\njobs: {')).toEqual([expect.stringMatching(/^not valid YAML: /)]);
  });
});

test('dependabot looks into each folder with packages of its own', () => {
  const { updates } = parse(readFileSync(new URL('../dependabot.yml', folder), 'utf8')) as {
    updates: { 'package-ecosystem': string; directories?: string[] }[];
  };
  const of = (ecosystem: string) =>
    updates.filter((one) => one['package-ecosystem'] === ecosystem).flatMap(({ directories = [] }) => directories);
  const listed = (file: string) =>
    globSync(['*', '{functions,scripts,stacks}/**/*'], {
      cwd: root,
      exclude: (path) => /node_modules|\.build/.test(path),
    })
      .filter((path) => basename(path) === file)
      .map((path) => join('/', dirname(path)));
  expect(listed('package.json')).toContain('/');
  expect(of('npm')).toEqual(expect.arrayContaining(listed('package.json')));
  expect(of('pip')).toEqual(expect.arrayContaining(listed('requirements.txt')));
});

test('actionlint finds nothing, and the mistake in a spoilt one', { timeout: 300_000 }, async (context) => {
  const program = await installActionlint().catch((error: Error) => error);
  if (typeof program !== 'string') return context.skip(`actionlint is not installed: ${program.message}`);
  const files = names.map((name) => fileURLToPath(new URL(name, folder)));
  expect(lintWorkflows(program, files)).toBe('');
  const place = mkdtempSync(join(tmpdir(), 'workflows-'));
  const spoiltFile = join(place, 'spoilt.yml');
  writeFileSync(spoiltFile, read('test.yml').replace('jobs:\n  test:\n', 'jobs:\n  test:\n    needs: simulation\n'));
  const found = lintWorkflows(program, [spoiltFile]);
  rmSync(place, { recursive: true });
  expect(found).toContain('simulation');
});
