import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the tests for the last line, and says of each skipped one why. `TEST_SUMMARY` names the file. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that fails before its tests ran has none to count.
      const brokenFile = module.state() === 'failed' && module.errors().length > 0;
      if (brokenFile) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed') counts[state]++;
        else this.#noteSkipped(test.fullName, (test.result() as { note?: string }).note, counts);
      }
    }
    const file = process.env.TEST_SUMMARY;
    if (file) writeFileSync(file, JSON.stringify(counts satisfies Summary));
  }

  #noteSkipped(name: string, note: string | undefined, counts: { skipped: number }): void {
    counts.skipped++;
    process.stdout.write(`skipped: ${name}: ${note ?? 'no reason given'}\n`);
  }
}
