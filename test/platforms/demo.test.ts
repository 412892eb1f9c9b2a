import { expect, it } from 'vitest';
import { Run } from '../support/platform-run.ts';

it.skipIf(process.platform === 'win32').each(['local', 'local-url'])(
  'npm run demo in small, stage %s: all invariants hold, and the browsing comes out of the cache',
  async (stage) => {
    const demo = new Run('demo', ['--stage', stage, '--orders', '40', '--units', '3', '--browse', '2000']);
    let text = '';
    demo.child.stdout?.on('data', (piece) => {
      text += piece;
    });
    try {
      const code = await demo.exitCode();
      expect(text.match(/^FAILED.*$/gm), demo.stderr).toBeNull();
      expect(code).toBe(0);
      expect(text).toMatch(/│ all +│ 2000 +│/);
      expect(text).toContain('All invariants hold');
    } finally {
      await demo.end();
    }
  },
  180_000,
);
