import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatLog } from '../../../scripts/platform/functions/function-logs.ts';
import { FunctionPool } from '../../../scripts/platform/functions/function-pool.ts';
import { SpareThread } from '../../../scripts/platform/functions/spare-thread.ts';
import { zipOneFile } from '../../../scripts/platform/functions/zip.ts';
import { watchFolder } from '../../../scripts/platform/process/watch-folder.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'inner-loop-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('watching a folder', () => {
  it('reports every write of a file, even when an editor renames a new file over it', async () => {
    const root = folder();
    mkdirSync(join(root, 'deep'));
    const file = join(root, 'deep', 'a.ts');
    writeFileSync(file, '0');
    let seen: string[] = [];
    onTestFinished(watchFolder(root, (path) => seen.push(path)));
    for (const text of ['1', '2', '3']) {
      seen = [];
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
      await expect.poll(() => seen).toContain(join('deep', 'a.ts'));
      seen = [];
      writeFileSync(file, text);
      await expect.poll(() => seen).toContain(join('deep', 'a.ts'));
    }
  });

  it('reports files of a folder that was created later', async () => {
    const root = folder();
    const seen: string[] = [];
    onTestFinished(watchFolder(root, (path) => seen.push(path)));
    mkdirSync(join(root, 'new'));
    await expect
      .poll(() => {
        writeFileSync(join(root, 'new', 'b.ts'), '');
        return seen;
      })
      .toContain(join('new', 'b.ts'));
  });
});

describe('a pool of execution environments', () => {
  function startPool(code: string, size = 2, spare?: SpareThread) {
    const bundle = join(folder(), 'index.cjs');
    writeFileSync(bundle, code);
    const served = { bundle, name: 'catalog', memoryMb: 128 };
    const lines: string[] = [];
    const env = { GREETING: 'hello' };
    const pool = new FunctionPool({ served, env, size, spare, onLog: (line) => lines.push(line) });
    onTestFinished(() => pool.retire());
    return { pool, lines };
  }
  const invocation = (event: object = {}, deadlineMs = Date.now() + 10_000) => ({
    ...{ event: JSON.stringify(event), requestId: 'r1', version: '1', arn: 'arn', deadlineMs, traceId: undefined },
  });

  it('runs the handler with its own environment and a context', async () => {
    const { pool } = startPool(`exports.handler = async (event, context) =>
      [event.a, process.env.GREETING, process.env.HOME, context.functionName, context.getRemainingTimeInMillis() > 0]`);
    const outcome = await pool.invoke(invocation({ a: 1 }));
    expect(outcome).toEqual({ result: '[1,"hello",null,"catalog",true]' });
  });

  it('runs a function in a spare thread, in its own environment, and then in a new one', async () => {
    const root = folder();
    const file = join(root, 'linked.cjs');
    writeFileSync(file, 'let loads = 0; module.exports = { used: () => ({ loads: ++loads }), unused: () => ++loads };');
    const spare = new SpareThread({ file, packages: ['used'] });
    onTestFinished(() => spare.stop());
    const { pool } = startPool(
      `exports.handler = async () => [require(${JSON.stringify(file)}).used().loads, process.env.GREETING, process.env.HOME]`,
      2,
      spare,
    );
    const both = await Promise.all([pool.invoke(invocation()), pool.invoke(invocation())]);
    expect(both).toEqual(Array(2).fill({ result: '[2,"hello",null]' }));
  });

  it("returns a thrown error's name, and logs its stack", async () => {
    const { pool, lines } = startPool(`exports.handler = async () => { throw new RangeError('too far') }`);
    expect(await pool.invoke(invocation())).toEqual({ errorType: 'RangeError', errorMessage: 'too far' });
    await expect.poll(() => lines.join('\n')).toContain('RangeError: too far');
  });

  it('runs one call at a time per environment, and queues further calls', async () => {
    const { pool } = startPool(`let busy = 0; exports.handler = async () => {
      const alone = ++busy === 1; await new Promise((r) => setTimeout(r, 20)); busy--; return alone; }`);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => pool.invoke(invocation())));
    expect(outcomes).toEqual(Array(8).fill({ result: 'true' }));
  });

  it('ends a handler after its deadline, and continues with a new environment', async () => {
    const { pool } = startPool(`exports.handler = async ({ hang }) => hang ? new Promise(() => {}) : 'fine'`, 1);
    const hanging = pool.invoke(invocation({ hang: true }, Date.now() + 300));
    expect(await hanging).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(await pool.invoke(invocation())).toEqual({ result: '"fine"' });
  });
});

it('builds a zip that Python can read', () => {
  const root = folder();
  writeFileSync(join(root, 'code.zip'), zipOneFile('index.js', Buffer.from('exports.a = 1;'.repeat(100))));
  const read = 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("index.js").decode(), end="")';
  const text = execFileSync('python3', ['-c', read, join(root, 'code.zip')], { encoding: 'utf8' });
  expect(text).toBe('exports.a = 1;'.repeat(100));
});

describe('readable logs', () => {
  it('shows level, service, message and details, and no metrics', () => {
    const line =
      '{"level":"INFO","message":"answered","timestamp":"2026-01-02T03:04:05.678Z","service":"x","status":200}';
    expect(formatLog('catalog', line)).toBe('03:04:05.678 INFO  catalog    answered status=200');
    expect(formatLog('catalog', '{"_aws":{}}')).toBeUndefined();
    expect(formatLog('catalog', 'plain text')).toBe('catalog    plain text');
  });
});
