/** `unknown`: the check could not look, which is no proof. `not needed`: the stage has nothing that it would concern. */
export type Status = 'ok' | 'failed' | 'unknown' | 'not needed';

/** What a check saw. */
export interface Look {
  readonly status: Status;
  readonly found: string;
  readonly needed: string;
  /** What to do; empty where nothing is. */
  readonly action: string;
}

/** One line of the report. */
export interface Line extends Look {
  readonly check: string;
}

/** A read permission of a cloud. */
export interface Permission {
  readonly action: string;
  /** What it may read. @default everything */
  readonly resource?: string;
}

/** Looks at one thing and changes nothing. */
export interface Check<Context> {
  /** Stable: scripts find the line by it. */
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

/** @param reason why the stage, or the engine, has nothing to look at */
export const notNeeded = (reason: string): Look => ({ status: 'not needed', found: '', needed: reason, action: '' });

/** A quota against what the stage needs of it. */
export interface Room {
  readonly what: string;
  readonly granted: number;
  /** By others than this stage. */
  readonly used?: number;
  readonly needed: number;
  readonly action: string;
}

export function judgeRoom({ what, granted, used, needed, action }: Room): Look {
  const found = used === undefined ? `${granted} ${what}` : `${granted} ${what}, ${used} used by others`;
  const free = granted - (used ?? 0);
  const need = `${needed} for this stage`;
  return free >= needed ? ok(found, need) : failed(found, `${need}, ${needed - free} more than there are`, action);
}

/** Names that must be free. None looked at is a failure: nothing was shown. */
export function judgeNames(what: string, looked: readonly string[], taken: readonly string[], action: string): Look {
  if (looked.length === 0)
    return failed(`no ${what} looked at`, 'at least one', 'This is a bug of the check: report it.');
  const needed = `${looked.length} ${what} that are free, or of this stage's own stacks`;
  return taken.length === 0
    ? ok(`${looked.length} looked at, none in the way`, needed)
    : failed(`in the way: ${taken.join(', ')}`, needed, action);
}
