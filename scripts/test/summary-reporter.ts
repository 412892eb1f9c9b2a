import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Name and message of each failed test, for readers who see only the end of the output. */
  readonly failures: readonly string[];
}

/**
 * Counts the tests for the last line, and prints why each was skipped: a skip without a reason counts as failed.
 * `TEST_SUMMARY` names the file.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts = { passed: 0, skipped: 0 };
    const failures = unhandledErrors.map((error) => failure('outside of any test', [error]));
    for (const module of modules) {
      // A file that fails on load has no tests to count.
      if (module.state() === 'failed' && module.errors().length > 0)
        failures.push(failure(module.relativeModuleId, module.errors()));
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed++;
        else if (result.state === 'failed')
          failures.push(failure(`${module.relativeModuleId} > ${test.fullName}`, result.errors));
        else if ('note' in result && result.note) this.#noteSkipped(test.fullName, result.note, counts);
        else failures.push(`${module.relativeModuleId} > ${test.fullName}\n    skipped without a reason`);
      }
    }
    const file = process.env.TEST_SUMMARY;
    const summary: Summary = { ...counts, failed: failures.length, failures };
    if (file) writeFileSync(file, JSON.stringify(summary));
  }

  #noteSkipped(name: string, note: string, counts: { skipped: number }): void {
    counts.skipped++;
    process.stdout.write(`skipped: ${name}: ${note}\n`);
  }
}

/** Each error's message, its diff if any, and where it was thrown. */
function failure(name: string, errors: readonly SerializedError[]): string {
  const texts = errors.map(({ message, diff, stacks }) => {
    const place = stacks?.[0];
    return [message, diff, place && `at ${place.file}:${place.line}`].filter(Boolean).join('\n');
  });
  return [name, ...texts].join('\n').replaceAll('\n', '\n    ');
}
