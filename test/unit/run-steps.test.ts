import { expect, test, vi } from 'vitest';
import { runSteps } from '../../scripts/test/run-steps.ts';

test('a step whose program is missing fails with the reason, and the others go on', async () => {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const steps = [
    { part: 'types', name: 'missing', command: ['no-such-program'] },
    { part: 'types', name: 'there', command: ['node', '-e', ''] },
  ];
  const progress = { step() {}, line() {}, done() {} };
  const results = await runSteps(steps, process.env, progress).finally(() => write.mockRestore());
  expect(new Map(results.map(({ name, ok }) => [name, ok]))).toEqual(
    new Map([
      ['missing', false],
      ['there', true],
    ]),
  );
  expect(printed.join('')).toContain('spawn no-such-program ENOENT');
});
