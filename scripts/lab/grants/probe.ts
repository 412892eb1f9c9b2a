import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';

/** Something that a service does, and that shows when it could not. */
export interface Step {
  readonly name: string;
  /** @throws {ProbeFailure} with what was seen instead */
  readonly run: (deployment: Deployment) => Promise<void>;
}

/** The system did not do what a probe asked for. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
}

/** Runs steps until one fails. @returns what failed and how, or undefined when all went well */
export async function runProbe(steps: readonly Step[], deployment: Deployment): Promise<string | undefined> {
  for (const { name, run } of steps) {
    try {
      await run(deployment);
    } catch (error) {
      if (!(error instanceof ProbeFailure)) throw error;
      return `${name}: ${error.message}`;
    }
  }
  return undefined;
}

export function expectStatus(status: number, answer: { readonly status: number; readonly body: unknown }): void {
  if (answer.status === status) return;
  const { code = '' } = (answer.body ?? {}) as { code?: string };
  throw new ProbeFailure(`expected ${status}, got ${answer.status} ${code}`.trim());
}

export function expectSame(what: string, expected: unknown, got: unknown): void {
  const [wanted, seen] = [JSON.stringify(expected), JSON.stringify(got)];
  if (wanted !== seen) throw new ProbeFailure(`expected ${what} ${wanted}, got ${seen}`);
}

// Milliseconds on a healthy system: a probe without a grant must fail soon.
const patienceMs = 4_000;

/** Looks until `look` throws no ProbeFailure any more, for 4 s at most. */
export async function eventually<Result>(look: () => Promise<Result>, withinMs = patienceMs): Promise<Result> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof ProbeFailure) || Date.now() > end) throw error;
      await sleep(50);
    }
  }
}
