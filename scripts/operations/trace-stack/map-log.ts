import { CliError } from '../../cli/cli.ts';
import { findStacks } from './find-stacks.ts';
import { mapStack, type ReadBundle } from './map-stack.ts';

export interface MappedLog {
  /** Mapped stacks. A stack without a map is unchanged. */
  readonly stacks: readonly string[];
  /** One for each reason why a stack could not be mapped. */
  readonly failures: readonly CliError[];
}

/** During a release, a log has stacks of two builds: a missing map of one must not hide the other. */
export function mapLog(log: string, read: ReadBundle): MappedLog {
  const failures = new Map<string, CliError>();
  const stacks = findStacks(log).map((stack) => {
    try {
      return mapStack(stack, read);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failures.set(error.message, error);
      return stack;
    }
  });
  return { stacks, failures: [...failures.values()] };
}
