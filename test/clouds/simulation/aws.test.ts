import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStream } from '../read-stream.ts';
import { type Clients, isTaken, limitedCalls, simulatedClients } from './call-limits.ts';
import { type EmulatedAws, startEmulator } from './emulated-aws.ts';
import { type Client, scanAll, toOutcome } from './outcome.ts';
import { consumeEmulated, consumeSimulated, maxReceives } from './queues.ts';
import { arbitraryRequests, buildCommand, type Request, type TableNames } from './requests.ts';
import { openSimulation } from './simulated-aws.ts';
import { byRow, toImages } from './stream.ts';

const names: TableNames = { orders: 'orders', stock: 'stock' };
/** Chosen anew each time; a failure prints it, and `FC_SEED` repeats it. */
const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

/** Stops the sequences and the shrinking of a failure, so a busy machine runs fewer of them. */
const limitMs = Number(process.env.FC_LIMIT_MS ?? 20_000);

let aws: EmulatedAws;
beforeAll(async () => {
  aws = await startEmulator();
}, 60_000);
afterAll(() => aws?.close());

async function outcomesOf(client: Client, requests: readonly Request[], tables = names): Promise<object[]> {
  const outcomes: object[] = [];
  for (const request of requests) {
    const build = (more = {}) => buildCommand({ ...request, input: { ...request.input, ...more } }, tables);
    const outcome = request.name === 'scan' ? await scanAll(client, build) : await toOutcome(client, build());
    outcomes.push({ request: request.name, ...outcome });
  }
  return outcomes;
}

describe('the simulated tables and those of the emulator', () => {
  test('answer the same sequence of requests with the same results', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRequests(), async (requests) => {
        const tables = await aws.createTables();
        const expected = await outcomesOf(aws.client, requests, tables);
        const simulation = openSimulation();
        expect(await outcomesOf(simulation.client, requests)).toEqual(expected);
        const records = (await readStream(aws.target, tables.orders)).map(toImages);
        const changes = simulation.changes
          .filter(({ table }) => table === names.orders)
          .map(({ before, after }) => ({ before, after }));
        expect(byRow(changes)).toEqual(byRow(records));
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 15), seed, interruptAfterTimeLimit: limitMs },
    );
  });
});

test('the simulated queue delivers as often as that of the emulator, and gives up the same messages', {
  timeout: 120_000,
}, async () => {
  const failures = fc.array(fc.integer({ min: 0, max: maxReceives + 1 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(failures, fc.nat(), async (each, simulationSeed) => {
      expect(await consumeSimulated(each, simulationSeed)).toEqual(await consumeEmulated(each, aws));
    }),
    { numRuns: 5, seed, interruptAfterTimeLimit: limitMs },
  );
});

test.each(limitedCalls.filter((call) => !call.emulatorDiffers).map((call) => [call.name, call] as const))(
  'the simulation and the emulator agree whether to take %s',
  async (_, call) => {
    expect(await isTaken(call, simulatedClients())).toBe(await isTaken(call, await emulatedClients()));
  },
);

test.each(
  limitedCalls.filter((call) => call.emulatorDiffers).map((call) => [call.name, call.emulatorDiffers, call] as const),
)('the simulation refuses %s, as AWS does; the emulator differs: %s', async (_, __, call) => {
  expect(await isTaken(call, simulatedClients())).toBe(false);
  expect(await isTaken(call, await emulatedClients()), 'it no longer differs; remove the reason').toBe(true);
});

async function emulatedClients(): Promise<Clients> {
  const { url } = await aws.createQueues(maxReceives);
  return { sqs: aws.sqs, eventBridge: aws.eventBridge, queueUrl: url };
}
