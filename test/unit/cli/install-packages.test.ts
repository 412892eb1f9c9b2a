import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installPackages } from '../../../scripts/cli/install-packages.mjs';
import { runProgram } from '../../../scripts/platform/process/run-program.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  writeFileSync(join(folder, 'package-lock.json'), '{ "packages": { "node_modules/a": { "version": "1.0.0" } } }');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('does not install through a link, which would empty the packages of another checkout', () => {
  const other = join(folder, 'other');
  mkdirSync(join(other, 'kept'), { recursive: true });
  symlinkSync(other, join(folder, 'node_modules'));
  expect(() => installPackages(folder, '')).toThrow(/is a link/);
  expect(existsSync(join(other, 'kept'))).toBe(true);
});

test('takes linked packages that match the lock file', () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, '.package-lock.json'), '{ "packages": { "node_modules/a": { "version": "1.0.0" } } }');
  symlinkSync(other, join(folder, 'node_modules'));
  installPackages(folder, '');
  expect(existsSync(join(other, '.installed'))).toBe(true);
});

describe('several processes that install into one folder', () => {
  // Stands in for npm: fails if two runs overlap, and takes long enough to overlap.
  const npm = `
    const fs = require('node:fs');
    fs.mkdirSync('busy');
    fs.appendFileSync('runs', 'npm ' + process.argv[2] + '\\n');
    setTimeout(() => fs.rmdirSync('busy'), 400);`;
  const module = join(import.meta.dirname, '../../../scripts/cli/install-packages.mjs');
  const program = `import { installPackages } from '${module}'; installPackages(process.argv[1], 'installing\\n');`;

  function installInChild() {
    const args = ['--input-type=module', '-e', program, folder];
    return runProgram(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, npm_execpath: join(folder, 'npm.cjs') },
    });
  }

  const turnFile = () =>
    join(tmpdir(), `npm-ci-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16)}.pid`);

  beforeEach(() => writeFileSync(join(folder, 'npm.cjs'), npm));

  test('wait for the first one, and use what it installed', async () => {
    const ends = await Promise.all([installInChild(), installInChild(), installInChild()]);
    expect(ends.map(({ code, output }) => (code === 0 ? 0 : output))).toEqual([0, 0, 0]);
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('npm ci\n');
    expect(existsSync(turnFile())).toBe(false);
  });

  test('do not wait for one that was killed', async () => {
    const killed = await runProgram(process.execPath, ['-p', 'process.pid']);
    writeFileSync(turnFile(), killed.output.trim());
    expect((await installInChild()).code).toBe(0);
    expect(existsSync(turnFile())).toBe(false);
  });

  test('leave no turn file behind when the install fails', async () => {
    writeFileSync(join(folder, 'npm.cjs'), 'process.exit(1)');
    const { code, output } = await installInChild();
    expect([code, output]).toEqual([1, expect.stringContaining('npm ci failed')]);
    expect(existsSync(turnFile())).toBe(false);
  });
});
