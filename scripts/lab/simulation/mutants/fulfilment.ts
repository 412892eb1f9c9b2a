import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';

export const fulfilment: readonly Bug[] = [
  {
    name: 'an order is claimed without its condition',
    caughtBy: 'I4',
    file: `${aws}/ledger.ts`,
    find: "ConditionExpression: '#state = :from AND #version = :fromVersion',",
    replace:
      "...(after.state !== 'FULFILLING' && { ConditionExpression: '#state = :from AND #version = :fromVersion' }),",
  },
  {
    name: 'the partner is called before the order is claimed',
    caughtBy: 'I8',
    file: 'functions/fulfilment/fulfil-order.ts',
    find: 'if (claimed !== order && !(await move(order',
    replace: 'if (claimed !== order && (await partner.take(claimed)) && !(await move(order',
  },
  {
    name: 'a claimed order is never retried by another worker',
    caughtBy: 'I3',
    file: 'functions/fulfilment/fulfil-order.ts',
    find: "if (order.state !== 'CONFIRMED' && order.state !== 'FULFILLING')",
    replace: "if (order.state !== 'CONFIRMED')",
  },
  {
    name: 'a refusal counts as accepted',
    caughtBy: 'I8',
    file: 'functions/fulfilment/fulfil-order.ts',
    find: "const after = answer === 'accepted' ?",
    replace: 'const after = answer ?',
  },
  {
    name: 'a missing answer counts as accepted',
    caughtBy: 'I8',
    file: 'functions/adapters/http/partner.ts',
    find: '.catch((error) => {',
    replace:
      ".catch((error) => { if (error) return { status: 201, headers: new Headers(), body: [Buffer.from(JSON.stringify({ orderId, state: 'accepted' }))] };",
  },
  {
    name: 'every call to the partner uses a new key',
    caughtBy: 'I8',
    file: 'functions/adapters/http/partner.ts',
    find: "'idempotency-key': orderId",
    replace: "'idempotency-key': orderId + process.hrtime.bigint()",
  },
  {
    name: 'a call to the partner is not signed',
    caughtBy: 'I8',
    file: 'functions/adapters/http/partner.ts',
    find: 'headers: { ...headers, ...signed }',
    replace: 'headers',
  },
  {
    name: 'a call to the partner is signed for another body',
    caughtBy: 'I8',
    file: 'functions/adapters/http/partner.ts',
    find: 'targetUri: url, headers, body }',
    replace: "targetUri: url, headers, body: '' }",
  },
  {
    name: 'a refused order keeps the units',
    caughtBy: 'I4',
    file: 'functions/domain/order.ts',
    find: "if (after.state === 'CANCELLED') return",
    replace: "if (after.state === 'CANCELLED' && before.state !== 'FULFILLING') return",
  },
  {
    name: 'a request counts as done before its delayed copy is queued',
    caughtBy: 'I3',
    file: 'functions/fulfilment/messages.ts',
    find: 'await ports.queue.send({ ...letter, traceparent, waitingSince: since }, delayMs);',
    replace: 'ports.queue.send({ ...letter, traceparent, waitingSince: since }, delayMs).catch(() => {});',
  },
  {
    name: 'an early request is dropped',
    caughtBy: 'I3',
    file: 'functions/fulfilment/messages.ts',
    find: "if (fulfilment.kind === 'too early') await",
    replace: "if (fulfilment.kind === 'too early') void (() => {})(); else if (!fulfilment.kind) await",
  },
  {
    name: 'a request given up is not dead-lettered',
    caughtBy: 'I3',
    file: 'functions/runtime/dead-letter.ts',
    find: 'await deadLetters.put(body, reason, envelope);',
    replace: '',
  },
  {
    name: 'one failed message of fulfilment refuses its whole batch',
    caughtBy: 'batch',
    file: 'functions/fulfilment/aws.ts',
    find: 'return batchResponse(failed);',
    replace: 'return batchResponse(failed.size > 0 ? event.Records.map((record) => record.messageId) : failed);',
  },
  {
    name: 'a request given up keeps the time since which it waited',
    caughtBy: 'letter',
    file: 'functions/fulfilment/messages.ts',
    find: 'abandon(JSON.stringify(letter),',
    replace: 'abandon(body,',
  },
  {
    name: 'a request for an unknown order is dropped',
    caughtBy: 'letter',
    file: 'functions/fulfilment/messages.ts',
    find: "if (fulfilment.kind === 'unknown order') return abandon(body, 'UNKNOWN_ORDER');",
    replace: '',
  },
  {
    name: 'an order that is being handed over counts as unknown',
    caughtBy: 'letter',
    file: 'functions/fulfilment/fulfil-order.ts',
    find: "if (!order) return { kind: 'unknown order' };",
    replace: "if (!order || order.state === 'FULFILLING') return { kind: 'unknown order' };",
  },
];
