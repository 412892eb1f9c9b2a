import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';

export const escrow: readonly Bug[] = [
  {
    name: 'a change of rights leaves no name behind (partitions)',
    file: 'functions/escrow/single-partition-store.ts',
    find: "{ kind: 'insert', row: rightsChangeRowKey(name), value: {} },",
    replace: '',
  },
  {
    name: 'a change of rights leaves no name behind (DynamoDB)',
    file: 'functions/escrow/dynamodb-store.ts',
    find: '{ Put: { TableName: table, Item: { ...rightsChangeKey(sku, name), v: 1 }, ...isNew } },',
    replace: '',
  },
  {
    name: 'rights are written whatever stands there',
    file: 'functions/escrow/dynamodb-store.ts',
    find: '...(before ? asRead : isNew)',
    replace: '',
  },
  {
    name: 'units that were sent stay where they were',
    file: 'functions/escrow/rights.ts',
    find: 'left: rights.left - quantity, sent:',
    replace: 'sent:',
  },
  {
    name: 'nobody tells again what was sent',
    file: 'functions/escrow/escrow.ts',
    find: 'sent.map((transfer) => others.tell(transfer))',
    replace: 'sent.slice(0, 0).map((transfer) => others.tell(transfer))',
  },
  {
    name: 'what comes to a site after its units were sent home stays there',
    file: 'functions/escrow/escrow.ts',
    find: 'if (site !== home && left > 0) {',
    replace: 'if (site !== home && left > 0 && epoch === 1) {',
  },
  {
    name: 'a site that sent its units home does not tell',
    file: 'functions/escrow/escrow.ts',
    find: 'return tellTransfers(sku, ports);',
    replace: 'return 0;',
  },
];

export const lease: readonly Bug[] = [
  {
    name: 'what a leader writes has no fence',
    file: `${aws}/lease.ts`,
    find: 'TransactItems: [fence(table, lease), note]',
    replace: 'TransactItems: [note]',
  },
  {
    name: 'the next leader has the token of the one before',
    file: `${aws}/lease.ts`,
    find: 'if_not_exists(#token, :none) + :one',
    replace: 'if_not_exists(#token, :one)',
  },
  {
    name: 'a lease is renewed whoever has it',
    file: `${aws}/lease.ts`,
    find: "UpdateExpression: 'SET expiresAt = :end',\n    ConditionExpression: '#token = :token',",
    replace: "UpdateExpression: 'SET expiresAt = :end',",
  },
];

export const breaker: readonly Bug[] = [
  {
    name: 'the breaker moves without its condition',
    file: `${aws}/breaker.ts`,
    find: '...after }, ...guard }',
    replace: '...after } }',
  },
  {
    name: 'who lost the election probes as well',
    file: 'functions/resilience/circuit-breaker.ts',
    find: "if (election === 'made') return",
    replace: "if (election !== 'failed') return",
  },
  {
    name: 'a store that is down counts as a lost election',
    file: 'functions/resilience/circuit-breaker.ts',
    find: '      this.#onStoreFailure(error);\n      return undefined;',
    replace: '      this.#onStoreFailure(error);\n      throw new CircuitOpen(name, 0);',
  },
  {
    name: 'a success is written down',
    file: 'functions/resilience/circuit-breaker.ts',
    find: 'window = countCall(window, false, nowMs(), settings);',
    replace: 'await shared.move(breaker, closed(breaker));',
  },
  {
    name: 'a probe that succeeded leaves it open',
    file: 'functions/resilience/circuit-breaker.ts',
    find: "said === 'up' ? closed(mine) :",
    replace: "said === 'up' && mine.version < 0 ? closed(mine) :",
  },
];
