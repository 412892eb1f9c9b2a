import { expect, it } from 'vitest';
import { Run } from '../support/platform-run.ts';

it('a small npm run demo keeps all invariants and serves the browsing from the cache', async (context) => {
  context.skip(process.platform === 'win32', 'it sends POSIX signals');
  const demo = new Run('demo', ['--orders', '40', '--units', '3', '--browse', '2000']);
  let text = '';
  demo.child.stdout?.on('data', (piece) => {
    text += piece;
  });
  try {
    const code = await demo.exitCode();
    expect(text.match(/^FAILED.*$/gm), demo.stderr).toBeNull();
    expect(code).toBe(0);
    expect(text).toMatch(/│ all +│ 2001 +│/);
    expect(text).toContain('All invariants hold');
  } finally {
    await demo.end();
  }
}, 180_000);
