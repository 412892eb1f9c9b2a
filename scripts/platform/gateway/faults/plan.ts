import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CliError } from '../../../cli/cli.ts';

/** The services that deployed functions call, by their signing names. */
export const faultyServices = ['dynamodb', 'sqs', 'events', 'cloudfront', 'secretsmanager'] as const;
export type FaultyService = (typeof faultyServices)[number];

const milliseconds = z.int().min(0).max(600_000);

/** Selects the functions' calls that a fault may hit. Calls of scripts (deploy, seed, checker) are never hit. */
const target = {
  /** Default: all services. */
  service: z.enum(faultyServices).optional(),
  /** AWS's name, like `TransactWriteItems`. Default: every operation. */
  operation: z
    .string()
    .regex(/^[A-Z]\w+$/, "an operation must have AWS's name, like PutItem")
    .optional(),
  /** The calling function, like `<project>-local-settlement`. */
  function: z.string().min(1).optional(),
  /** Table, queue, bus or secret; the tables of a transaction sorted and joined by '+'. */
  resource: z.string().optional(),
  /** Probability per matching call; default 1. */
  probability: z.number().min(0).max(1).default(1),
  /** Number of matching calls that pass before the first fault. */
  afterCalls: z.int().min(0).default(0),
  /** Maximum number of injections. */
  atMost: z.int().min(1).optional(),
  /** Start of the time window, counted from setting the plan. */
  fromMs: milliseconds.default(0),
  untilMs: milliseconds.optional(),
};

// Without ConditionalCheckFailed: AWS reports it only for a condition that really is false.
const reason = z.enum(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const fault = z.discriminatedUnion('kind', [
  /** Answers with an error; default: the service's internal error. */
  z.strictObject({
    kind: z.literal('reject'),
    ...target,
    status: z.int().min(400).max(599).optional(),
    code: z.string().regex(/^\w+$/).optional(),
  }),
  z.strictObject({ kind: z.literal('throttle'), ...target }),
  /** DynamoDB only. Reasons by position in the transaction; default: a conflict on one item, None on the others. */
  z.strictObject({ kind: z.literal('conflict'), ...target, reasons: z.array(reason).min(1).max(100).optional() }),
  /** The engine executes the call, but the connection closes before its answer. */
  z.strictObject({ kind: z.literal('lost'), ...target }),
  /** The connection is reset before the engine sees the call. */
  z.strictObject({ kind: z.literal('reset'), ...target }),
  /** The engine gets the call twice, as from a retry; a sent message is then in the queue twice. */
  z.strictObject({ kind: z.literal('duplicate'), ...target }),
  /** Kills the calling worker before the engine sees the call, or after the engine has executed it. */
  z.strictObject({ kind: z.literal('crash'), ...target, when: z.enum(['before', 'after']) }),
  z.strictObject({ kind: z.literal('delay'), ...target, ms: milliseconds, upToMs: milliseconds.optional() }),
  /** The engine never sees the call, and there is no answer. The connection closes after `ms`. */
  z.strictObject({ kind: z.literal('hang'), ...target, ms: milliseconds.default(60_000) }),
]);

const faultPlan = z.strictObject({
  /** With the same seed, the n-th matching call of a fault has the same outcome in every run. */
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
    `${where} is not a valid fault plan:\n${z.prettifyError(parsed.error)}`,
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
    throw new CliError('faults_unreadable', text, 'Name a JSON file.');
  }
}
