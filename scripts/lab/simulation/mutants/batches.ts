import type { Mutant } from './mutant.ts';

const aws = 'functions/adapters/aws';
const eventBus = 'test/unit/adapters/aws/event-bus.test.ts';
const messaging = 'test/unit/adapters/aws/messaging.test.ts';
const entries = 'test/unit/entries/aws.test.ts';

/** Calls and transactions with many items: their limits, rejected items, and the choice of failed messages. */
export const batches: readonly Mutant[] = [
  {
    name: 'a call to the bus has one event too many',
    caughtBy: 'publishes at most ten events in a call',
    file: `${aws}/event-bus.ts`,
    find: 'const entriesPerCall = 10;',
    replace: 'const entriesPerCall = 11;',
    test: eventBus,
  },
  {
    name: 'a read of guard rows has one key too many',
    caughtBy: 'reads at most 100 guard rows in a call',
    file: `${aws}/clients/dynamodb-client.ts`,
    find: 'const maxKeysPerRead = 100;',
    replace: 'const maxKeysPerRead = 101;',
    test: 'test/unit/adapters/aws/views.test.ts',
  },
  {
    name: 'a group of orders has one item too many for a transaction',
    caughtBy: 'commits as many orders together as it promises',
    file: `${aws}/ledger.ts`,
    find: 'Math.floor((maxTransactionItems - itemsPerShard) / (limited',
    replace: 'Math.ceil((maxTransactionItems - itemsPerShard) / (limited',
    test: 'test/unit/adapters/aws/ledger.test.ts',
  },
  {
    name: 'a split order takes only its first part',
    caughtBy: 'takes every part of an order that is split across shards',
    file: `${aws}/ledger.ts`,
    find: '...take.map(',
    replace: '...take.slice(0, 1).map(',
    test: 'test/unit/adapters/aws/ledger.test.ts',
  },
  {
    name: 'a group of counts has one item too many for a transaction',
    caughtBy: 'counts as many orders together as it promises',
    file: `${aws}/views.ts`,
    find: 'Math.floor((maxTransactionItems - 1) / 2)',
    replace: 'Math.ceil((maxTransactionItems - 1) / 2)',
    test: 'test/unit/adapters/aws/views.test.ts',
  },
  {
    name: 'a delay exceeds the maximum of the queue',
    caughtBy: 'delays a fulfilment request of 86400000 ms by 900 s',
    file: `${aws}/messaging.ts`,
    find: 'const longestDelaySeconds = 900;',
    replace: 'const longestDelaySeconds = 901;',
    test: messaging,
  },
  {
    name: 'unprocessed keys count as missing rows',
    caughtBy: 'never takes an unprocessed key for a missing row',
    file: `${aws}/views.ts`,
    find: 'if (UnprocessedKeys?.[table]?.Keys?.length) throw',
    replace: 'if (UnprocessedKeys?.[table]?.Keys === undefined && !Responses) throw',
    test: 'test/unit/adapters/aws/views.test.ts',
  },
  {
    name: 'the wrong events count as refused by the bus',
    caughtBy: 'sends only the refused events again',
    file: `${aws}/event-bus.ts`,
    find: 'part.filter((_, index) => Entries[index]?.ErrorCode)',
    replace: 'part.slice(-(FailedEntryCount ?? 0))',
    test: eventBus,
  },
  {
    name: 'events that the bus refused three times are forgotten',
    caughtBy: 'returns the events that the bus refused three times',
    file: `${aws}/event-bus.ts`,
    find: '      return remaining;',
    replace: '      return remaining.slice(events.length);',
    test: eventBus,
  },
  {
    name: 'events that the bus refused are not redelivered',
    caughtBy: 'I3',
    file: 'functions/projection/events.ts',
    find: 'return [...failed, ...refused].flatMap(',
    replace: 'return [...failed, ...refused.slice(0, 0)].flatMap(',
    scenario: 'dynamodb',
  },
  {
    name: 'a fulfilment that failed is named by its receipt',
    caughtBy: 'fulfilment names the messages that failed by their ids',
    file: 'functions/fulfilment/aws.ts',
    find: 'idOf: (record) => record.messageId,',
    replace: 'idOf: (record) => record.receiptHandle,',
    test: entries,
  },
  {
    name: 'a settlement that failed is named by its place in the batch',
    caughtBy: 'settlement names the messages that failed by their ids',
    file: 'functions/settlement/aws.ts',
    find: 'batchResponse(await settleMessages(messages, { ...ports, remainingMs }))',
    replace:
      'batchResponse([...(await settleMessages(messages, { ...ports, remainingMs }))].map((_, index) => String(index)))',
    test: entries,
  },
  {
    name: 'a record that was not projected is named by its event',
    caughtBy: 'projection names the records that failed by their sequence numbers',
    file: 'functions/projection/aws.ts',
    find: "unprojected.map((event) => events.get(event) ?? '')",
    replace: 'unprojected.map((event) => event.order.orderId)',
    test: entries,
  },
  {
    name: 'records that could not be dead-lettered count as done',
    caughtBy: 'projection keeps the record of a malformed event',
    file: 'functions/projection/aws.ts',
    find: 'return batchResponse([...failed, ',
    replace: 'return batchResponse([...(failed.size < 0 ? failed : []), ',
    test: entries,
  },
  {
    name: 'events that the bus refused in a full call count as published',
    caughtBy: 'sends the refused events of every call again',
    file: 'functions/adapters/aws/event-bus.ts',
    find: 'if (FailedEntryCount) refused.push(',
    replace: 'if (FailedEntryCount && part.length < entriesPerCall) refused.push(',
    test: 'test/unit/adapters/aws/event-bus.test.ts',
  },
];
