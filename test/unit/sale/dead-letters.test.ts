import { describe, expect, it } from 'vitest';
import { type Evidence, explainLetter, type FoundLetter } from '../../../scripts/sale/dead-letters.ts';

const orderId = '6f1d0a52-13c5-5b1e-9d0c-3f6f0a1b2c3d';
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const letter: FoundLetter = {
  messageId: 'one',
  body: JSON.stringify({ v: 1, orderId, traceparent }),
  noted: undefined,
};
const killed = 'Worker process died';
const evidence: Evidence = {
  orderIds: new Set([orderId]),
  failures: new Map([['one', [killed, killed, killed, killed, 'ThrottlingException: slow down']]]),
  receives: 5,
};

describe('a dead letter', () => {
  it('is explained by one log line for each of its receives', () => {
    expect(explainLetter(letter, evidence).reason).toBe('4 x Worker process died, 1 x ThrottlingException: slow down');
  });

  it('is explained by workers that were killed while they started', () => {
    const started = 'RuntimeError: Worker process exited immediately. stderr: ';
    const failures = new Map([['one', [killed, started, started, started, started]]]);
    expect(explainLetter(letter, { ...evidence, failures }).reason).toMatch(/^1 x Worker process died, 4 x /);
  });

  const failures = (...texts: string[]) => ({ failures: new Map([['one', texts]]) });
  it.each<[string, Partial<FoundLetter>, Partial<Evidence>]>([
    ['whose receives left no line', {}, { failures: new Map() }],
    ['with one line too few', {}, failures(killed, killed, killed, killed)],
    ["with another message's lines", { messageId: 'two' }, {}],
    [
      'of an error that no fault causes',
      {},
      failures(killed, killed, killed, killed, 'TypeError: x is not a function'),
    ],
    [
      'of a worker that could not load its bundle',
      {},
      failures(
        killed,
        killed,
        killed,
        killed,
        'Worker process exited immediately. stderr: SyntaxError: Unexpected end',
      ),
    ],
    ['whose order is not stored', {}, { orderIds: new Set() }],
    ['that is no request', { body: `about ${orderId}` }, {}],
    ['that a worker gave up although the order is stored', { noted: 'UNKNOWN_ORDER' }, {}],
  ])('%s stays unexplained', (_, otherLetter, otherEvidence) => {
    expect(explainLetter({ ...letter, ...otherLetter }, { ...evidence, ...otherEvidence }).reason).toBeUndefined();
  });
});
