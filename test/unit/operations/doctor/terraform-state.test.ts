import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { explainUnread, namesOf, readState } from '../../../../scripts/operations/doctor/terraform-state.ts';
import { physicalName } from '../../../../stacks/model/names.ts';
import { fixedTables } from '../../../../stacks/model/needs/fixed-names.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';
import { json } from './aws-answers.ts';
import { examineAws, notOk } from './aws-scene.ts';
import { failingTool, noTool } from './rest-scene.ts';
import { settled } from './settled.ts';

const root = mkdtempSync(join(tmpdir(), 'state-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const place = join(root, 'cdktf.out/stacks', physicalName('dev', 'aws'));
mkdirSync(place, { recursive: true });
writeFileSync(join(place, 'cdk.tf.json'), '{}');

const dev = { stage: stages.dev, cloud: 'aws', root };
const shown = {
  values: {
    root_module: {
      resources: [
        { values: { id: 'orders-id', name: physicalName('dev', 'orders'), hash_key: 'pk' } },
        { values: { arn: 'arn:aws:sqs:x', name: null } },
        {},
      ],
    },
  },
};

describe("Terraform's state", () => {
  test('is read by Terraform in the folder of the stack, and gives names and ids', async () => {
    const asked: (readonly string[])[] = [];
    const state = await readState(async (program, args) => {
      asked.push([program, ...args]);
      return JSON.stringify(shown);
    }, dev);
    expect(asked).toEqual([['terraform', `-chdir=${place}`, 'show', '-json']]);
    expect([...namesOf(state)].sort()).toEqual(['arn:aws:sqs:x', physicalName('dev', 'orders'), 'orders-id'].sort());
    expect(explainUnread(state)).toBe('');
  });

  test('may be empty', async () => {
    expect(await readState(async () => '{"format_version":"1.0"}', dev)).toEqual({ held: new Set() });
  });

  test.each([
    ['nothing was synthesized', noTool, { ...dev, stage: stages.prod }, /was not synthesized: npm run synth:terraform/],
    ['Terraform is not installed', noTool, dev, /terraform is not installed/],
    [
      'the backend wants an init',
      failingTool('\n│ Error: Backend initialization required\n'),
      dev,
      /Backend.*terraform init/,
    ],
    ['the answer is cut off', async () => '{"values":', dev, /terraform init/],
  ] as const)('holds nothing, and says so, if %s', async (_, run, where, expected) => {
    const state = await readState(run, where);
    expect(namesOf(state).size).toBe(0);
    expect(explainUnread(state)).toMatch(expected);
  });

  test('tells resources in the way from its own', async () => {
    const folder = join(root, 'cdktf.out/stacks', physicalName(settled.name, 'aws'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'cdk.tf.json'), '{}');
    const tables = fixedTables(settled);
    const holding = (names: readonly string[]) => async () =>
      JSON.stringify({ values: { root_module: { resources: names.map((name) => ({ values: { name } })) } } });
    const answers = { 'dynamodb.ListTables': json({ TableNames: tables }) };
    const examine = (names: readonly string[]) =>
      examineAws({ answers, options: { iac: 'terraform', root, run: holding(names) } });
    expect(notOk((await examine(tables)).lines)).toEqual([]);
    expect(notOk((await examine(tables.slice(1))).lines)).toEqual(['tables-free failed']);
  });
});
