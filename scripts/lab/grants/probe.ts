import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';

/** One use of a service with a visible result. */
export interface Step {
  readonly name: string;
  /** @throws {ProbeFailure} that names the unexpected result */
  readonly run: (deployment: Deployment) => Promise<void>;
}

/** The system did not do what the probe expected. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
}

/** Runs steps until one fails. @returns the failed step and its message; undefined when all succeed */
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

// Short: probes take milliseconds on a healthy system, and a missing grant should show quickly.
const patienceMs = 4_000;

/** Retries `look` until it throws no ProbeFailure, by default for 4 s. */
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
