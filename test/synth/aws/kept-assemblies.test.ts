import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takeAssembly } from '../../../scripts/platform/cdk/kept-assemblies.ts';

const files = {
  'cdk.json': '{}',
  'package-lock.json': 'lock',
  'functions/catalog/aws.ts': 'code',
  'stacks/aws/app.ts': 'app',
  'storefront/index.html': 'page',
  'scripts/platform/cdk/run.ts': 'environment',
  'node_modules/.package-lock.json': 'installed',
  'functions/adapters/azure/node_modules/a.js': 'package',
  'docs/a.md': 'text',
};

function makeProject() {
  const project = mkdtempSync(join(tmpdir(), 'assemblies-'));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const folder = join(project, '.build', 'assemblies');
  let runs = 0;
  const take = (given: Record<string, string> = { stage: 'local' }, meanwhile = () => {}) => {
    const output = mkdtempSync(join(project, 'run-'));
    return takeAssembly({ project, folder, given }, output, async () => {
      meanwhile();
      writeFileSync(join(output, 'manifest.json'), `run ${++runs}`);
    }).then((how) => `${how}: ${readFileSync(join(output, 'manifest.json'), 'utf8')}`);
  };
  return { folder, write, take };
}

describe('an assembly', () => {
  it('is synthesized once for the same inputs', async () => {
    const { take } = makeProject();
    expect([await take(), await take()]).toEqual(['synthesized: run 1', 'kept: run 1']);
  });

  it.each([
    'cdk.json',
    'package-lock.json',
    'cdk.context.json',
    'functions/catalog/aws.ts',
    'functions/catalog/new.ts',
    'stacks/aws/app.ts',
    'storefront/index.html',
    'scripts/platform/cdk/run.ts',
    'node_modules/.package-lock.json',
  ])('is synthesized again when %s changes, and found again when it changes back', async (path) => {
    const { take, write, folder } = makeProject();
    await take();
    write(path, 'changed');
    expect(await take()).toBe('synthesized: run 2');
    if (!(path in files)) return;
    write(path, files[path as keyof typeof files]);
    expect(await take()).toBe('kept: run 1');
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('is synthesized again after a file was removed', async () => {
    const { take, write, folder } = makeProject();
    write('functions/catalog/extra.ts', 'extra');
    await take();
    rmSync(join(folder, '../../functions/catalog/extra.ts'));
    expect(await take()).toBe('synthesized: run 2');
  });

  it('is synthesized again for another context or environment', async () => {
    const { take } = makeProject();
    await take({ stage: 'local', AWS_REGION: 'us-east-1' });
    expect(await take({ stage: 'local-url', AWS_REGION: 'us-east-1' })).toMatch(/^synthesized/);
    expect(await take({ stage: 'local', AWS_REGION: 'eu-west-1' })).toMatch(/^synthesized/);
  });

  it('is synthesized again by another version of Node', async () => {
    const { take } = makeProject();
    await take();
    const { version } = process;
    onTestFinished(() => void Object.defineProperty(process, 'version', { value: version }));
    Object.defineProperty(process, 'version', { value: 'v99.0.0' });
    expect(await take()).toBe('synthesized: run 2');
  });

  it('does not depend on what synthesis does not read', async () => {
    const { take, write } = makeProject();
    await take();
    write('docs/a.md', 'changed');
    write('functions/adapters/azure/node_modules/a.js', 'changed');
    expect(await take()).toBe('kept: run 1');
  });

  it('is not kept when an input changes during the synthesis', async () => {
    const { take, write } = makeProject();
    await take(undefined, () => write('functions/catalog/aws.ts', 'saved meanwhile'));
    expect(await take()).toBe('synthesized: run 2');
  });

  it('is not kept when the synthesis fails', async () => {
    const { take, folder } = makeProject();
    const failing = () => {
      throw new Error('synth failed');
    };
    await expect(take(undefined, failing)).rejects.toThrow('synth failed');
    expect(existsSync(folder)).toBe(false);
  });

  it('is forgotten when four others were used since, and leftovers of killed processes after an hour', async () => {
    const { take, folder } = makeProject();
    await take({ stage: 'first' });
    const [first = ''] = readdirSync(folder);
    utimesSync(join(folder, first), 1, 1);
    mkdirSync(join(folder, 'unfinished-1-a'));
    utimesSync(join(folder, 'unfinished-1-a'), 1, 1);
    mkdirSync(join(folder, 'unfinished-2-b'));
    for (const stage of ['a', 'b', 'c', 'd']) await take({ stage });
    expect(readdirSync(folder).filter((name) => !name.includes('-'))).toHaveLength(4);
    expect(readdirSync(folder)).not.toContain(first);
    expect(readdirSync(folder).filter((name) => name.includes('-'))).toEqual(['unfinished-2-b']);
  });
});
