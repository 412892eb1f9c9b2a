import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { serviceNames, tableNames } from '../../../stacks/model/services.ts';
import { CliError } from '../../cli/cli.ts';

const difference = z.object({ row: z.string(), reason: z.string(), mended: z.boolean() });
const perTable = <Value extends z.ZodType>(value: Value) => z.partialRecord(z.enum(tableNames), value);

/** What a run has decided and done: a later one goes on from here. */
const state = z.object({
  v: z.literal(1),
  run: z.string(),
  /** ISO 8601; the time of whatever the run writes. */
  at: z.string(),
  damaged: z.array(z.enum(tableNames)),
  /** Damaged tables that were gone. */
  missing: z.array(z.enum(tableNames)),
  points: perTable(z.object({ kind: z.enum(['continuous', 'backup']), at: z.number(), arn: z.string().optional() })),
  /** The streams before the run. */
  streams: perTable(z.string()),
  writers: z
    .object({
      pollers: z.array(z.enum(serviceNames)),
      functions: z.array(
        z.object({ service: z.enum(serviceNames), reserved: z.number().nullable(), provisioned: z.number() }),
      ),
    })
    .optional(),
  /** Backups of the tables as the run found them. */
  before: perTable(z.string()),
  beside: perTable(z.string()),
  differences: z.array(difference),
  done: z.array(z.string()),
  /** Epoch milliseconds by step. */
  times: z.record(z.string(), z.number()),
  /** An undo has begun; only it may go on. */
  undoing: z.boolean().optional(),
  finished: z.enum(['restored', 'undone']).optional(),
});
export type RestoreState = z.infer<typeof state>;

/** Written whole after each step: a kill leaves the old file or the new one. */
export class RestoreJournal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {CliError} journal_unreadable */
  read(): RestoreState | undefined {
    if (!existsSync(this.#path)) return undefined;
    const parsed = state.safeParse(JSON.parse(readFileSync(this.#path, 'utf8')));
    if (parsed.success) return parsed.data;
    throw new CliError(
      'journal_unreadable',
      `${this.#path} is not the journal of a restore: ${parsed.error.issues[0]?.message}`,
      'It names what was paused and backed up. Put the right file back, or move it away once nothing is paused.',
    );
  }

  write(value: RestoreState): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(value, null, 2)}\n`);
    renameSync(`${this.#path}.new`, this.#path);
  }

  /** Keeps a finished run's journal under its own name. */
  archive(run: string): void {
    renameSync(this.#path, this.#path.replace(/\.json$/, `-${run}.json`));
  }
}
