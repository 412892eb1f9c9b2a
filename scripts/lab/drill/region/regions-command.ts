import * as z from 'zod';
import { parseJson } from '../../../../functions/runtime/parse-json.ts';
import type { DrillSystem } from '../drill.ts';
import { runOperatorCommand } from '../operator-command.ts';

const answer = z.object({
  products: z.array(z.object({ sku: z.string(), stranded: z.number() })),
  lost: z.array(z.string()),
  unfinished: z.array(z.object({ orderId: z.string() })),
  wrong: z.array(z.string()),
});

/** The answer of `npm run regions` to an operator. */
export interface Told extends Partial<z.output<typeof answer>> {
  readonly code: number | null;
  /** Error text, if the command gave no answer. */
  readonly trouble?: string;
}

/** Runs the command in a region, as an operator would. */
export async function askForRegions(system: DrillSystem): Promise<Told> {
  const { code, stdout, stderr } = await runOperatorCommand(system, 'regions', ['--json']);
  const parsed = answer.safeParse(parseJson(stdout));
  return parsed.success ? { code, ...parsed.data } : { code, trouble: stderr.trim().slice(-300) };
}
