import * as z from 'zod';
import { CliError } from '../../cli/cli.ts';

const share = z.number().min(0).max(1);
const milliseconds = z.int().min(0).max(600_000);

/** How the partner behaves; what is left out is the best behaviour. Shares are of all calls, from 0 to 1. */
const partnerScript = z.strictObject({
  /** The same seed decides the same, for the n-th call and for each order. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
  /** Nobody there: each connection ends without an answer. */
  down: z.boolean().default(false),
  /** Before each answer, good or bad. */
  latencyMs: z
    .strictObject({ min: milliseconds, max: milliseconds })
    .refine(({ min, max }) => min <= max, 'min must not be above max')
    .default({ min: 0, max: 0 }),
  /** Answered 503 and not booked. */
  errorShare: share.default(0),
  /** Of the orders, not of the calls: refused for ever, with 422. */
  refuseShare: share.default(0),
  /** Booked, and then the connection ends without an answer. */
  loseShare: share.default(0),
  /** Neither booked nor answered; the connection stays open. */
  hangShare: share.default(0),
  /** Handed to the book twice at the same time, as by a load balancer that repeats. */
  twiceShare: share.default(0),
});

export type PartnerScript = z.output<typeof partnerScript>;
export type PartnerScriptInput = z.input<typeof partnerScript>;

/** @throws {CliError} partner_script_invalid, naming every bad property */
export function parsePartnerScript(value: unknown, where: string): PartnerScript {
  const parsed = partnerScript.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CliError(
    'partner_script_invalid',
    `${where} is not a script of the partner:\n${z.prettifyError(parsed.error)}`,
    'A script looks like {"seed": 1, "errorShare": 0.05, "latencyMs": {"min": 10, "max": 50}}',
  );
}
