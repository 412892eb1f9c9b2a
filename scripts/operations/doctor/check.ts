/** `unknown`: the check got no answer, so nothing is proven. `not needed`: it does not apply to the stage. */
export type Status = 'ok' | 'failed' | 'unknown' | 'not needed';

/** Result of one check. */
export interface Look {
  readonly status: Status;
  readonly found: string;
  readonly needed: string;
  /** Action for the user; empty if none is needed. */
  readonly action: string;
}

/** One line of the report. */
export interface Line extends Look {
  readonly check: string;
}

/** A read permission of a cloud. */
export interface Permission {
  readonly action: string;
  /** Resource that may be read. @default everything */
  readonly resource?: string;
}

/** Examines one aspect, without changing anything. */
export interface Check<Context> {
  /** Stable, because scripts find the line by it. */
  readonly name: string;
  readonly permissions: readonly Permission[];
  look(context: Context): Promise<Look> | Look;
}

export const ok = (found: string, needed: string): Look => ({ status: 'ok', found, needed, action: '' });

export const failed = (found: string, needed: string, action: string): Look => ({
  status: 'failed',
  found,
  needed,
  action,
});

export const unknown = (found: string, needed: string, action: string): Look => ({
  status: 'unknown',
  found,
  needed,
  action,
});

/** @param reason why the stage, or the engine, has nothing to check */
export const notNeeded = (reason: string): Look => ({ status: 'not needed', found: '', needed: reason, action: '' });

/** Compares a quota with the stage's need. */
export interface Room {
  readonly what: string;
  readonly granted: number;
  /** Used by others than this stage. */
  readonly used?: number;
  readonly needed: number;
  readonly action: string;
}

export function judgeRoom({ what, granted, used, needed, action }: Room): Look {
  const found = used === undefined ? `${granted} ${what}` : `${granted} ${what}, ${used} used by others`;
  const free = granted - (used ?? 0);
  const need = `${needed} for this stage`;
  return free >= needed ? ok(found, need) : failed(found, `${need}, ${needed - free} more than available`, action);
}

/** Names that must be free. An empty `looked` is a failure, because it proves nothing. */
export function judgeNames(what: string, looked: readonly string[], taken: readonly string[], action: string): Look {
  if (looked.length === 0)
    return failed(`no ${what} checked`, 'at least one', 'This is a bug of the check: report it.');
  const needed = `${looked.length} ${what}, each free or owned by this stage's stacks`;
  return taken.length === 0
    ? ok(`${looked.length} checked, none taken`, needed)
    : failed(`taken: ${taken.join(', ')}`, needed, action);
}
