import type { Construct } from 'constructs';

/** A package of code: its place beside the stack's file, and a text that changes with it. */
export interface Code {
  readonly path: string;
  readonly hash: string;
}

export type CodeOf = (scope: Construct, name: string) => Code;

/** For whoever reads the stacks and does not apply them. */
export const noCode: CodeOf = (_, name) => ({ path: `${name}.zip`, hash: name });
