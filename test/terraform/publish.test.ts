import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePage } from '../../scripts/clouds/publish/build-page.ts';
import { runSteps } from '../../scripts/clouds/publish/run-steps.ts';
import { projectFolder } from '../../scripts/platform/process/paths.ts';
import { physicalName } from '../../stacks/model/names.ts';

const folder = mkdtempSync(join(tmpdir(), 'publish-'));
const log = join(folder, 'calls');
const path = `${folder}${delimiter}${dirname(process.execPath)}${delimiter}/usr/bin${delimiter}/bin`;
const config = { stage: 'dev', issuer: 'https://issuer.example', clientId: 'shop', scope: 'openid' };

/** Installs a script in place of a tool. */
function fake(tool: string, script: string): void {
  writeFileSync(join(folder, tool), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, tool), 0o755);
}

const outputs = {
  azure: {
    resourceGroup: 'shop',
    pageAccount: 'shoppage',
    packages: { intake: { app: 'intake-1', zip: 'assets/intake/archive.zip' } },
    config,
  },
  google: { bucket: 'shop-page', config },
};

function publish(cloud: keyof typeof outputs, ...args: string[]) {
  const stack = join(folder, 'stacks', physicalName('dev', cloud));
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(stack, 'cdk.tf.json'), '{}');
  fake('terraform', `echo '${JSON.stringify(outputs[cloud])}'`);
  writeFileSync(log, '');
  const command = ['scripts/commands/deploy/publish.ts', '--cloud', cloud, '--stage', 'dev', '--out', folder, ...args];
  const env = { PATH: path, HOME: folder, TMPDIR: folder, CALLS: log };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: projectFolder,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr, calls: readFileSync(log, 'utf8').split('\n').filter(Boolean) };
}

beforeAll(() => {
  for (const tool of ['az', 'gcloud']) fake(tool, `echo "${tool} $*" >> "$CALLS"`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run publish', () => {
  test('deploys code, assets and page to Azure in this order', () => {
    const { status, stderr, calls } = publish('azure');
    expect(status, stderr).toBe(0);
    expect(calls.map((call) => call.split(' --')[0])).toEqual([
      'az functionapp config appsettings delete',
      'az functionapp deployment source config-zip',
      'az storage blob service-properties update',
      'az storage blob upload-batch',
      'az storage blob upload-batch',
    ]);
    expect(calls[1]).toContain(join(folder, 'stacks', physicalName('dev', 'azure'), 'assets/intake/archive.zip'));
    expect(calls[3]).toMatch(/--destination-path assets .*immutable/);
    expect(calls[4]).toMatch(/publish\/dev-azure\/pages .*max-age=0, s-maxage=60/);
  });

  test('copies the page to the bucket on Google, with the settings that sign-in needs', () => {
    const { status, stderr, calls } = publish('google');
    expect(status, stderr).toBe(0);
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(/^gcloud storage cp --recursive \S+\/assets\/\* gs:\/\/shop-page\/assets\//);
    const pages = /(\S+)\/\* gs:\/\/shop-page\/ /.exec(calls[1] ?? '')?.[1] ?? '';
    expect(JSON.parse(readFileSync(join(pages, 'config.json'), 'utf8'))).toEqual(config);
    expect(readFileSync(join(pages, 'index.html'), 'utf8')).toContain('<script');
  });

  test('only prints the commands when asked to', () => {
    const { stdout, calls } = publish('google', '--print');
    expect(calls).toEqual([]);
    expect(stdout.match(/^gcloud storage cp .*$/gm)).toHaveLength(2);
  });

  test('says which stack is missing', () => {
    const args = ['scripts/commands/deploy/publish.ts', '--cloud', 'google', '--stage', 'prod', '--out', folder];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectFolder, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain(`${physicalName('prod', 'google')} holds no cdk.tf.json`);
  });
});

test('tries a step again until a new role is known, and gives up in the end', async () => {
  const count = join(folder, 'count');
  writeFileSync(count, '');
  fake('late', `echo x >> ${count}; test $(wc -l < ${count}) -ge 3`);
  const step = (program: string) => ({ title: 'upload', command: [join(folder, program)] as const });
  await runSteps([step('late')], { attempts: 3, pauseMs: 1 });
  fake('never', 'exit 1');
  await expect(runSteps([step('never')], { attempts: 2, pauseMs: 1 })).rejects.toThrow('upload: exited with 1');
  await expect(runSteps([step('absent')], { attempts: 9, pauseMs: 60_000 })).rejects.toThrow(/does not start/);
});

test('keeps files apart by how long browsers may cache them', () => {
  const site = join(folder, 'site');
  mkdirSync(join(site, 'assets'), { recursive: true });
  writeFileSync(join(site, 'assets', 'a-1.js'), '1');
  writeFileSync(join(site, 'index.html'), '<p>');
  const page = writePage(site, join(folder, 'out'), config);
  expect(readFileSync(join(page.assets, 'a-1.js'), 'utf8')).toBe('1');
  expect(readFileSync(join(page.pages, 'index.html'), 'utf8')).toBe('<p>');
});
