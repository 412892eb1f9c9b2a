import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { serviceNames, tableNames } from '../../../stacks/model/services.ts';
import { CliError } from '../../cli/cli.ts';

const difference = z.object({ row: z.string(), reason: z.string(), mended: z.boolean() });
const perTable = <Value extends z.ZodType>(value: Value) => z.partialRecord(z.enum(tableNames), value);

/** Decisions and progress of a run. A later run continues from here. */
const state = z.object({
  v: z.literal(1),
  run: z.string(),
  /** ISO 8601. Timestamp of all writes of the run. */
  at: z.string(),
  damaged: z.array(z.enum(tableNames)),
  /** Damaged tables that did not exist. */
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
  /** Backups of the tables as they were before the run. */
  before: perTable(z.string()),
  beside: perTable(z.string()),
  differences: z.array(difference),
  /** Units of orders that are older than the retention, by product; only with a retention. */
  expired: z.record(z.string(), z.int()).optional(),
  done: z.array(z.string()),
  /** Epoch milliseconds by step. */
  times: z.record(z.string(), z.number()),
  /** An undo has begun, and only the undo may continue. */
  undoing: z.boolean().optional(),
  finished: z.enum(['restored', 'undone']).optional(),
});
export type RestoreState = z.infer<typeof state>;

/** The file is rewritten as a whole after each step: a kill leaves the old version or the new one. */
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
      'The journal lists paused functions and backups. Put the right file back, or move it away once nothing is paused.',
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
