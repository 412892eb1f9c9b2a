import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectFolder } from '../../../scripts/platform/process/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(place: string, TableName: string): string {
  const file = join(folder, place, 'shop-data.template.json');
  mkdirSync(join(folder, place));
  const Orders = { Type: 'AWS::DynamoDB::GlobalTable', DeletionPolicy: 'Retain', Properties: { TableName } };
  writeFileSync(file, JSON.stringify({ Resources: { Orders } }));
  return file;
}

function writeFile(name: string, content: object): string {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return join(folder, name);
}

const same = write('before', 'orders');
const renamed = write('after', 'all-orders');

function rules(...args: readonly string[]) {
  const command = ['scripts/run.mjs', 'deploy/rules', ...args];
  return spawnSync(process.execPath, command, { cwd: projectFolder, encoding: 'utf8' });
}

test.each([['--import', 'shop-data'], ['--import=shop-data']])('takes the name after %s', (...option) => {
  const { status, stdout } = rules('--kept', ...option, same);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ Orders: { TableName: 'orders' } });
});

test('names what a change would replace, and nothing where there is no change', () => {
  const before = join(folder, 'before');
  expect(rules('--before', before, renamed)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining("shop-data/Orders: it is replaced, because TableName changes from 'orders'"),
  });
  expect(rules('--before', before, same)).toMatchObject({ status: 0, stdout: '' });
});

test('says what it did not read, and fails', () => {
  const queues = { Type: 'AWS::SQS::Queue' };
  const file = writeFile('loops.template.json', { Resources: { 'Fn::ForEach::Q': ['X', ['a'], {}], A: queues } });
  expect(rules(file)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('not read: loops/Fn::ForEach::Q, because '),
  });
});

test('names types that no rule is about, and succeeds', (context) => {
  context.skip(
    !existsSync(join(projectFolder, 'scripts/rules/read-terraform-stack.ts')),
    'the project is without Terraform',
  );
  const file = writeFile('foreign.tf.json', { resource: { aws_sqs_queue: { a: {} }, aws_eks_cluster: { b: {} } } });
  expect(rules(file)).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('not judged, because no rule is about them: aws_eks_cluster'),
  });
});

test.each([
  [2, 'error usage: --import needs --kept', ['--import', 'shop-data', same]],
  [2, 'error usage: a file is missing', ['--kept', '--import', 'shop-data']],
  [1, 'error stack_unknown: ', ['--kept', '--import', 'shop', same]],
  [1, 'error before_missing: ', ['--before', join(folder, 'none'), same]],
  [1, 'error template_empty: ', [writeFile('empty.template.json', { Resources: {} })]],
  [1, 'error template_unreadable: ', [join(folder, 'none.json')]],
])('ends with %i and %s', (status, error, args) => {
  expect(rules(...args)).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(error) });
});
