import { Logger } from '@aws-lambda-powertools/logger';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { QuickLogger } from '../../../functions/runtime/quick-logger.ts';

const secret = /^(token|customer)$/;
const options = {
  logLevel: 'INFO',
  serviceName: 'catalog',
  jsonReplacerFn: (key: string, value: unknown) => (secret.test(key) ? '[redacted]' : value),
} as const;

/** Two loggers that should write the same, and what they wrote. */
function pair() {
  const quick = new QuickLogger(options, (key) => !secret.test(key));
  const full = new Logger(options);
  return { quick, full, lines: { full: capture(full), quick: capture(quick) } };
}

/** Receives the lines of the quick logger, which is always captured last. */
let written: (line: string) => void = () => {};

function capture(logger: Logger): string[] {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  Object.assign(logger, { console: { info: write, warn: write, error: write, debug: write } });
  written = (line) => lines.push(line.slice(0, -1));
  return lines;
}

const context = (awsRequestId: string, change: object = {}) =>
  ({
    functionName: 'f',
    memoryLimitInMB: '512',
    invokedFunctionArn: 'arn:f',
    functionVersion: '1',
    awsRequestId,
    ...change,
  }) as never;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-27T09:00:00.123Z') });
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    written(String(line));
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('writes what Powertools writes, whatever the message and values', () => {
  const key = fc.oneof(
    fc.constantFrom(
      'traceId',
      'status',
      'ms',
      'token',
      'customer',
      'level',
      'function_name',
      'cold_start',
      '7',
      'error',
    ),
    fc.string(),
  );
  const leaf = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, ''),
  );
  const value = fc.oneof(
    { weight: 4, arbitrary: leaf },
    fc.array(leaf),
    fc.dictionary(key, leaf),
    fc.constant(new Error('x')),
  );
  const id = fc.option(fc.string(), { nil: undefined });
  // Seconds that repeat, in any order.
  const atMs = fc.oneof(fc.integer({ min: -1_500, max: 3_000 }), fc.integer({ min: 0, max: 4e12 }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(id, fc.string({ unit: 'binary' }), fc.dictionary(key, value, { maxKeys: 6 }), atMs), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.boolean(),
      (calls, traced) => {
        const { quick, full, lines } = pair();
        for (const [requestId, message, values, now] of calls) {
          vi.setSystemTime(now);
          vi.stubEnv('_X_AMZN_TRACE_ID', traced ? `Root=1-5759e988-${calls.length};Parent=5;Sampled=1` : undefined);
          for (const logger of [quick, full]) {
            if (requestId !== undefined) {
              logger.resetKeys();
              logger.addContext(context(requestId));
            }
            logger.info(message, values as never);
          }
        }
        expect(lines.quick).toEqual(lines.full);
      },
    ),
    { numRuns: 200 },
  );
});

test.each<[string, (logger: Logger) => void]>([
  ['a line without values', (logger) => logger.info('x')],
  ['a warning and an error', (logger) => [logger.warn('x', { ms: 1 }), logger.error('x', new Error('y'))]],
  ['a line below the level', (logger) => logger.debug('x', { ms: 1 })],
  ['two objects', (logger) => logger.info('x', { ms: 1 } as never, { s: 2 } as never)],
  ['a text as the value', (logger) => logger.info('x', 'more')],
  ['keys of its own', (logger) => [logger.appendKeys({ a: 1 }), logger.info('x', { ms: 1 })]],
  ['persistent keys', (logger) => [logger.appendPersistentKeys({ a: 1 }), logger.info('x', { ms: 1 })]],
  [
    'another function',
    (logger) => [logger.addContext(context('4', { functionName: 'g' })), logger.info('x', { ms: 1 })],
  ],
  ['a tenant', (logger) => [logger.addContext(context('4', { tenantId: 't' })), logger.info('x', { ms: 1 })]],
  ['another level', (logger) => [logger.setLogLevel('ERROR'), logger.info('x', { ms: 1 })]],
])('writes what Powertools writes for %s', (_, log) => {
  const { quick, full, lines } = pair();
  for (const logger of [quick, full]) {
    for (const id of ['1', '2', '3']) {
      logger.addContext(context(id));
      logger.info('answered', { status: 200 });
    }
    log(logger);
  }
  expect(lines.quick.length).toBeGreaterThan(2);
  expect(lines.quick).toEqual(lines.full);
});

test('writes the first line of an environment with cold_start, and the next without', () => {
  const { quick, lines } = pair();
  for (const id of ['1', '2']) {
    quick.addContext(context(id));
    quick.info('answered');
  }
  expect(lines.quick.map((line) => JSON.parse(line).function_request_id)).toEqual(['1', '2']);
  expect(JSON.parse(lines.quick[1] ?? '').cold_start).toBe(false);
});
