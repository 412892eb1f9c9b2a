import * as z from 'zod';
import { CliError } from '../../cli/cli.ts';

const share = z.number().min(0).max(1);
const milliseconds = z.int().min(0).max(600_000);

/** The partner's behaviour; the defaults have no faults. Shares are fractions of all calls, from 0 to 1. */
const partnerScript = z.strictObject({
  /** With the same seed, the n-th call and each order always get the same decisions. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
  /** Resets each connection without an answer. */
  down: z.boolean().default(false),
  /** Delay before each answer, successful or not. */
  latencyMs: z
    .strictObject({ min: milliseconds, max: milliseconds })
    .refine(({ min, max }) => min <= max, 'min must not be above max')
    .default({ min: 0, max: 0 }),
  /** Answers 503 without accepting the order. */
  errorShare: share.default(0),
  /** Share of orders, not of calls, that are always refused with 422. */
  refuseShare: share.default(0),
  /** Books the order, then closes the connection without an answer. */
  loseShare: share.default(0),
  /** Neither books nor answers; the connection stays open. */
  hangShare: share.default(0),
  /** Books the order twice in a row, as if a load balancer had repeated the call. */
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
    `${where} is not a valid partner script:\n${z.prettifyError(parsed.error)}`,
    'A script looks like {"seed": 1, "errorShare": 0.05, "latencyMs": {"min": 10, "max": 50}}',
  );
}
