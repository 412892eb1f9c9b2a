import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CliError } from '../../../cli/cli.ts';

/** The services that deployed functions call, by the names they are signed for. */
export const faultyServices = ['dynamodb', 'sqs', 'events', 'cloudfront'] as const;
export type FaultyService = (typeof faultyServices)[number];

const milliseconds = z.int().min(0).max(600_000);

/** Which calls of functions a fault may hit. Calls of scripts (deploy, seed, checker) are never hit. */
const aim = {
  /** Default: all four. */
  service: z.enum(faultyServices).optional(),
  /** As AWS names it: `TransactWriteItems`. Default: every operation. */
  operation: z
    .string()
    .regex(/^[A-Z]\w+$/, 'an operation is named as AWS does, like PutItem')
    .optional(),
  /** The name of the function that calls: `flash-sale-local-settlement`. */
  function: z.string().min(1).optional(),
  /** Table, queue or bus; the tables of a transaction sorted and joined by '+'. */
  resource: z.string().optional(),
  /** Of each call that fits; default 1. */
  probability: z.number().min(0).max(1).default(1),
  /** Calls that fit and are let through first. */
  afterCalls: z.int().min(0).default(0),
  /** The fault strikes so often at most. */
  atMost: z.int().min(1).optional(),
  /** A window of time, counted from the moment the plan is set. */
  fromMs: milliseconds.default(0),
  untilMs: milliseconds.optional(),
};

// A failed condition is not among them: a store that lies about its conditions is not a fault that AWS has.
const undecided = z.enum(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const fault = z.discriminatedUnion('kind', [
  /** Answered with an error, by default the service's own internal one. */
  z.strictObject({
    kind: z.literal('reject'),
    ...aim,
    status: z.int().min(400).max(599).optional(),
    code: z.string().regex(/^\w+$/).optional(),
  }),
  z.strictObject({ kind: z.literal('throttle'), ...aim }),
  /** DynamoDB only. Reasons by position in the transaction; default: a conflict on one item, None on all others. */
  z.strictObject({ kind: z.literal('conflict'), ...aim, reasons: z.array(undecided).min(1).max(100).optional() }),
  /** The engine does the work, and the connection ends before its answer. */
  z.strictObject({ kind: z.literal('lost'), ...aim }),
  /** The connection ends before the engine sees the call. */
  z.strictObject({ kind: z.literal('reset'), ...aim }),
  /** The engine gets the call twice, as from a retry: a message is then in the queue two times. */
  z.strictObject({ kind: z.literal('duplicate'), ...aim }),
  /** The worker that made the call is killed, before the engine sees the call, or after it has done the work. */
  z.strictObject({ kind: z.literal('crash'), ...aim, when: z.enum(['before', 'after']) }),
  z.strictObject({ kind: z.literal('delay'), ...aim, ms: milliseconds, upToMs: milliseconds.optional() }),
  /** No answer at all; the engine does not see the call. After `ms` the connection ends. */
  z.strictObject({ kind: z.literal('hang'), ...aim, ms: milliseconds.default(60_000) }),
]);

const faultPlan = z.strictObject({
  /** The same seed strikes the same calls: the n-th call that fits a fault has the same fate in every run. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
  faults: z.array(fault).min(1).max(100),
});

export type Fault = z.output<typeof fault>;
export type FaultPlan = z.output<typeof faultPlan>;
export type FaultPlanInput = z.input<typeof faultPlan>;

/** @throws {CliError} faults_invalid, naming every bad property */
export function parseFaultPlan(value: unknown, where: string): FaultPlan {
  const parsed = faultPlan.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CliError(
    'faults_invalid',
    `${where} is not a plan of faults:\n${z.prettifyError(parsed.error)}`,
    'A plan looks like {"seed": 1, "faults": [{"kind": "throttle", "service": "dynamodb", "probability": 0.05}]}',
  );
}

/** @throws {CliError} faults_unreadable or faults_invalid */
export function readFaultPlan(file: string): FaultPlan {
  return parseFaultPlan(readJson(file), file);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const text = `${file} cannot be read: ${(error as Error).message}`;
    throw new CliError('faults_unreadable', text, 'It must be a file of JSON.');
  }
}
