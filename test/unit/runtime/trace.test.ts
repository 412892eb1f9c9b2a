import { expect, test } from 'vitest';
import * as grammar from '../../../functions/contracts/grammar.ts';
import { continueTrace, traceIdOf } from '../../../functions/runtime/trace.ts';

test('starts traces that differ', () => {
  const traces = Array.from({ length: 2_000 }, () => continueTrace(undefined));
  for (const trace of traces) expect(grammar.traceparent.safeParse(trace).success, trace).toBe(true);
  expect(new Set(traces.map(traceIdOf)).size).toBe(traces.length);
});

test('continues a trace with spans that differ', () => {
  const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const traces = Array.from({ length: 2_000 }, () => continueTrace(parent));
  expect(new Set(traces.map(traceIdOf))).toEqual(new Set(['a'.repeat(32)]));
  expect(new Set(traces).size).toBe(traces.length);
});

test.each(['', 'x', `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`])(
  'starts a trace instead of continuing %j',
  (parent) => expect(traceIdOf(continueTrace(parent))).toMatch(/^(?!a{32}|0{32})[0-9a-f]{32}$/),
);
