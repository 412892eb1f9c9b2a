import type { Bug } from './mutant.ts';

const azure = 'functions/adapters/azure';

/** The entries and adapters of Azure, in the protocol of a single partition. */
export const azureEntries: readonly Bug[] = [
  {
    name: 'the entry of settlement swallows an error, so its message is deleted',
    caughtBy: 'I3',
    file: 'functions/settlement/azure.ts',
    find: 'observed((message) => settleMessage(message, ports)),',
    replace: 'observed((message) => settleMessage(message, ports).catch(() => {})),',
  },
  {
    name: 'the host may parse the body of a message',
    caughtBy: 'redrive',
    file: `${azure}/app.ts`,
    find: "connection, dataType: 'binary' }",
    replace: 'connection }',
  },
  {
    name: 'a message that the host has parsed is no text any more',
    caughtBy: 'I3',
    file: `${azure}/app.ts`,
    find: 'body: parseCopy(entry).body,',
    replace: 'body: String(JSON.parse(Buffer.from(entry).toString())),',
  },
  {
    name: 'a dead letter is written without its reason',
    caughtBy: 'limit',
    file: `${azure}/messaging.ts`,
    find: 'encodeDeadLetter(body, reason)',
    replace: 'encode(body)',
  },
  {
    name: 'an event is sent in an encoding that the host cannot read',
    caughtBy: 'limit',
    file: `${azure}/messaging.ts`,
    find: 'const text = encode(JSON.stringify(event));',
    replace: 'const text = JSON.stringify(event);',
  },
  {
    name: 'an event that no queue accepted counts as published',
    caughtBy: 'I3',
    file: `${azure}/messaging.ts`,
    find: "sent[index]?.status === 'rejected'",
    replace: "sent[index + concurrency]?.status === 'rejected'",
  },
  {
    name: 'the store that announces events answers that a refused write was made',
    caughtBy: 'I4',
    file: `${azure}/outbox.ts`,
    find: '      return outcome;',
    replace: "      return outcome === 'refused' ? 'written' : outcome;",
  },
];
