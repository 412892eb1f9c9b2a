import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Logs in a child process and splits its output into lines, as a log collector does. */
function linesOf(fields: unknown): string[] {
  const module = join(import.meta.dirname, '../../../functions/runtime/log.ts');
  const script = `import { logger } from ${JSON.stringify(module)}; logger.info('note', ${JSON.stringify(fields)});`;
  const env = { ...process.env, POWERTOOLS_LOG_LEVEL: 'INFO' };
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
  return output.split('\n').filter((line) => line !== '');
}

test('keeps a value with line feeds or escape sequences in one line', () => {
  const lines = linesOf({ sku: 'lamp\r\n{"level":"ERROR","message":"forged"}', colour: '\u001b[31mred' });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('\u001b');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'note', sku: expect.stringContaining('forged') });
});

test('redacts secrets and personal data at any depth', () => {
  const secret = 'planted-secret';
  const fields = {
    headers: { Authorization: secret, cookie: secret },
    order: { customer: secret, email: secret },
    token: secret,
  };
  expect(linesOf(fields).join()).not.toContain(secret);
  expect(linesOf({ ...fields, orderId: 'kept' }).join()).toContain('kept');
});
