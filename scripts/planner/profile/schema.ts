import * as z from 'zod';
import { type AssumptionName, assumptionNames } from '../model/assumptions.ts';

// Follows the terms of k6 (`startRate`, `timeUnit`, `stages` with `duration` and `target`) and of Artillery (`phases`
// with `duration`, `arrivalRate`, `rampTo`) where they exist. One arrival is one customer who places one order.

const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const aDuration = 'a duration such as 10s, 5m or 1h30m';
export const duration = z
  .string(aDuration)
  .regex(durationPattern, aDuration)
  .meta({ description: 'A duration in the words of k6: 10s, 5m, 1h30m' });

const rate = z.number().min(0).max(1_000_000);
const share = z.number().min(0).max(1);
const aTime = 'a time of the day such as 20:00';
const clock = z.string(aTime).regex(/^([01]\d|2[0-3]):[0-5]\d$/, aTime);
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const instantPattern = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun|daily|day \d+) ([01]\d|2[0-3]):[0-5]\d$/;
const anInstant = `a day and a time: 'Fri 12:00', 'daily 12:00' or 'day 3 12:00'`;
const instant = z.string(anInstant).regex(instantPattern, anInstant);

const stage = z.strictObject({ duration, target: rate.describe('Orders per timeUnit at its end') });
const phase = z.strictObject({
  name: z.string().optional(),
  duration: z.union([z.number().positive().max(2_592_000), duration]).describe('Seconds, or a duration'),
  arrivalRate: rate.describe('Orders per second at its begin'),
  rampTo: rate.optional().describe('Orders per second at its end'),
});
const diurnal = z.strictObject({
  peak: rate.describe('Orders per second at the busiest time'),
  trough: rate.describe('Orders per second twelve hours later'),
  peakAt: clock.default('20:00'),
});

const shape = z
  .strictObject({
    startRate: rate.optional(),
    timeUnit: duration.optional(),
    stages: z.array(stage).min(1).optional(),
    phases: z.array(phase).min(1).optional(),
    diurnal: diurnal.optional(),
  })
  .refine(
    ({ stages, phases, diurnal: curve }) => [stages, phases, curve].filter((one) => one !== undefined).length === 1,
    'exactly one of stages (k6), phases (Artillery) and diurnal',
  );

const entry = z
  .strictObject({ profile: z.string(), at: instant.optional(), otherwise: z.literal(true).optional() })
  .refine(({ at, otherwise }) => (at === undefined) !== (otherwise === undefined), 'either at, or otherwise: true');

const shop = z
  .strictObject({
    products: z.int().min(1).max(1_000_000).default(100),
    popularity: z.strictObject({ zipf: z.number().min(0).max(3) }).default({ zipf: 1.1 }),
    hot: z
      .strictObject({ share, products: z.int().min(1).max(1_000) })
      .default({ share: 0.6, products: 1 })
      .describe('Share of the orders that the hottest products take'),
    shards: z.int().min(1).max(64).optional().describe('Stock shards of a hot product; default: from its peak rate'),
    limitPerCustomer: z.int().min(1).optional(),
    unitsPerProduct: z.int().min(0).default(10_000),
    quantity: z.number().min(1).max(100).default(1).describe('Units of an order'),
    repeatPosts: share.default(0.1).describe('Posts that are sent twice, per order'),
    cancels: share.default(0.03),
    browsePerOrder: z.number().min(0).max(10_000).default(12),
    activeUsers: z.int().min(0).default(0).describe('Signed-in customers of a month: Cognito bills each one'),
    statusReadsPerOrder: z.number().min(0).max(1_000).default(3),
  })
  .prefault({});

const workerThrows = z.strictObject({
  worker: z.enum(['settlement', 'fulfilment']),
  share: z.number().min(0).max(0.99).describe('Of its batches that throw; their messages come back'),
  ...{ after: duration, for: duration },
});
const fault = z
  .strictObject({
    partnerDown: z.strictObject({ after: duration, for: duration }).optional(),
    workerThrows: workerThrows.optional().describe("AWS only: thrown errors slow a queue's pollers"),
  })
  .refine(
    (one) => (one.partnerDown === undefined) !== (one.workerThrows === undefined),
    'one of partnerDown, workerThrows',
  );
const faults = z.array(fault);

const payload = z
  .strictObject({
    requestBytes: z
      .int()
      .min(1)
      .max(60_000)
      .optional()
      .describe("Body of an order's post, which the order keeps: AWS only"),
    responseBytes: z.int().min(1).max(6_000_000).optional().describe('An answer to a visitor'),
  })
  .prefault({});

const budget = z
  .strictObject({
    usdPerMonth: z.number().positive().optional(),
    usdPer1000Orders: z.number().positive().optional(),
    throttledShare: share.default(0.001).describe('Of the requests, per element'),
    coldStartShare: share.default(0.01).describe('Of the requests in the worst ten seconds, per API function'),
    p99AcceptSeconds: z.number().positive().default(2),
    p99ConfirmSeconds: z.number().positive().default(20),
    p99FulfilSeconds: z.number().positive().optional(),
    queueWaitSeconds: z.number().positive().default(10).describe('Of a message before its first invocation'),
  })
  .prefault({});

const overrides = z.partialRecord(z.enum(assumptionNames as [AssumptionName, ...AssumptionName[]]), z.number().min(0));

export const profileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    stage: z.string().optional(),
    seed: z.int().min(0).max(2_147_483_647).default(1),
    days: z.int().min(1).max(31).default(30),
    profiles: z.record(z.string(), shape),
    calendar: z.array(entry).min(1),
    shop,
    payload,
    faults: faults.default([]),
    assumptions: overrides.default({}),
    cloudAssumptions: z
      .record(z.string(), z.record(z.string(), z.number().min(0)))
      .default({})
      .describe('Overrides by cloud: azure: { queueMessagesPerSecond: 1000 }'),
    budget,
  })
  .meta({ title: 'Load profile of the planner', description: 'See docs/planning.md' });

export type Profile = z.infer<typeof profileSchema>;
export type Shape = Profile['profiles'][string];
export type Budget = Profile['budget'];
export type Shop = Profile['shop'];
export { weekdays };

/** For editors: `# yaml-language-server: $schema=...`. */
export function profileJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(profileSchema, { io: 'input' }), null, 2)}\n`;
}
