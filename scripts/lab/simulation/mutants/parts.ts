import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';

export const escrow: readonly Bug[] = [
  {
    name: 'a rights change is not recorded by name (partitions)',
    caughtBy: 'I2',
    file: 'functions/escrow/single-partition-store.ts',
    find: "{ kind: 'insert', row: rightsChangeRowKey(name), value: {} },",
    replace: '',
  },
  {
    name: 'a rights change is not recorded by name (DynamoDB)',
    caughtBy: 'I2',
    file: 'functions/escrow/dynamodb-store.ts',
    find: '{ Put: { TableName: table, Item: { ...rightsChangeKey(sku, name), v: 1 }, ...isNew } },',
    replace: '',
  },
  {
    name: 'rights are overwritten without a condition',
    caughtBy: 'I2',
    file: 'functions/escrow/dynamodb-store.ts',
    find: '...(before ? asRead : isNew)',
    replace: '',
  },
  {
    name: 'sent units stay with the sender',
    caughtBy: 'I4',
    file: 'functions/escrow/rights.ts',
    find: 'left: rights.left - quantity, sent:',
    replace: 'sent:',
  },
  {
    name: 'sent transfers are not announced again',
    caughtBy: 'I4',
    file: 'functions/escrow/escrow.ts',
    find: 'sent.map((transfer) => others.tell(transfer))',
    replace: 'sent.slice(0, 0).map((transfer) => others.tell(transfer))',
  },
  {
    name: 'units that arrive after a reclaim stay at the site',
    caughtBy: 'home',
    file: 'functions/escrow/escrow.ts',
    find: 'if (site !== home && left > 0) {',
    replace: 'if (site !== home && left > 0 && epoch === 1) {',
  },
  {
    name: 'a reclaim does not announce its transfers',
    caughtBy: 'I4',
    file: 'functions/escrow/escrow.ts',
    find: 'return tellTransfers(sku, ports);',
    replace: 'return 0;',
  },
];

export const lease: readonly Bug[] = [
  {
    name: 'a leader writes without a fence',
    caughtBy: 'lease',
    file: `${aws}/lease.ts`,
    find: 'TransactItems: [fence(table, lease), note]',
    replace: 'TransactItems: [note]',
  },
  {
    name: "the next leader reuses its predecessor's token",
    caughtBy: 'lease',
    file: `${aws}/lease.ts`,
    find: 'if_not_exists(#token, :none) + :one',
    replace: 'if_not_exists(#token, :one)',
  },
  {
    name: 'a lease is renewed by a former holder',
    caughtBy: 'lease',
    file: `${aws}/lease.ts`,
    find: "UpdateExpression: 'SET expiresAt = :end',\n    ConditionExpression: '#token = :token',",
    replace: "UpdateExpression: 'SET expiresAt = :end',",
  },
];

export const breaker: readonly Bug[] = [
  {
    name: 'the breaker changes state without its condition',
    caughtBy: 'breaker',
    file: `${aws}/breaker.ts`,
    find: '...after }, ...guard }',
    replace: '...after } }',
  },
  {
    name: 'the loser of an election probes too',
    caughtBy: 'breaker',
    file: 'functions/resilience/circuit-breaker.ts',
    find: "if (election === 'made') return",
    replace: "if (election !== 'failed') return",
  },
  {
    name: 'a store outage counts as a lost election',
    caughtBy: 'breaker',
    file: 'functions/resilience/circuit-breaker.ts',
    find: '      this.#onStoreFailure(error);\n      return undefined;',
    replace: '      this.#onStoreFailure(error);\n      throw new CircuitOpen(name, 0);',
  },
  {
    name: 'a success is written to the store',
    caughtBy: 'breaker',
    file: 'functions/resilience/circuit-breaker.ts',
    find: 'window = countCall(window, false, nowMs(), settings);',
    replace: 'await shared.move(breaker, closed(breaker));',
  },
  {
    name: 'a successful probe leaves the breaker open',
    caughtBy: 'breaker',
    file: 'functions/resilience/circuit-breaker.ts',
    find: "said === 'up' ? closed(mine) :",
    replace: "said === 'up' && mine.version < 0 ? closed(mine) :",
  },
];
