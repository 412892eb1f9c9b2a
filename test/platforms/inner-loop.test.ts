import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IAMClient, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect, it, onTestFinished } from 'vitest';
import { copyProject } from '../../scripts/platform/process/copied-project.ts';
import { projectFolder } from '../../scripts/platform/process/paths.ts';
import type { RunningPlatform } from '../../scripts/platform/process/running.ts';
import { Run } from '../support/platform-run.ts';
import { call } from '../unit/platform/stub.ts';

// Time to notice the save. A request then waits for the rebuild, however long it takes.
const noticedMs = 900;

/** Takes the table away from the catalog's role, as a wrong line in the stacks would. */
async function denyTables({ endpointUrl, region, credentials }: RunningPlatform): Promise<void> {
  if (!endpointUrl || !credentials) throw new Error('the engine is not the built-in one');
  const iam = new IAMClient({ endpoint: endpointUrl, region, credentials });
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const RoleName = Roles.find((role) => role.RoleName?.includes('catalogRole'))?.RoleName;
  const Statement = [{ Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'no-tables', PolicyDocument }));
  iam.destroy();
}

it('runs new code on the first request after a save, survives a syntax error, and enforces IAM', async () => {
  const folder = copyProject(projectFolder, 'inner-loop-');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const start = new Run('start', ['--json', '--port', '0'], {}, folder);
  onTestFinished(() => start.end());
  const platform = JSON.parse(await start.firstLine()) as RunningPlatform;
  const { apiUrl } = platform;
  const file = join(folder, 'functions', 'catalog', 'api.ts');
  const original = readFileSync(file, 'utf8');
  const health = async () => JSON.parse((await call(`${apiUrl}/health`)).body).status as string;
  expect(original).toContain("status: 'ok'");
  expect(await health()).toBe('ok');

  const waits: number[] = [];
  for (const version of ['v1', 'v2', 'v3', 'v4', 'v5']) {
    writeFileSync(`${file}.new`, original.replace("status: 'ok'", `status: '${version}'`));
    renameSync(`${file}.new`, file);
    await sleep(noticedMs);
    const begun = performance.now();
    expect(await health()).toBe(version);
    waits.push(Math.round(performance.now() - begun));
  }
  process.stdout.write(`first request ${noticedMs} ms after a save took ${waits.join(', ')} ms\n`);

  writeFileSync(file, 'this is not code');
  await expect.poll(() => start.stderr).toContain('catalog: build failed, keeping the last good code');
  expect(await health()).toBe('v5');

  expect((await call(`${apiUrl}/products`)).status).toBe(200);
  await denyTables(platform);
  expect((await call(`${apiUrl}/products`)).status).toBe(500);
  expect(start.stderr).toMatch(/ERROR catalog.*AccessDenied/);
}, 180_000);
