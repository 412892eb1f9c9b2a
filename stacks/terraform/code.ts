import type { Construct } from 'constructs';

/** A code package: its path relative to the stack's file, and its hash. */
export interface Code {
  readonly path: string;
  readonly hash: string;
}

export type CodeOf = (scope: Construct, name: string) => Code;

/** Placeholder for stacks that are read but not applied. */
export const noCode: CodeOf = (_, name) => ({ path: `${name}.zip`, hash: name });
