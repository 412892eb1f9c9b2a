import type { Command } from './consumed.ts';
import { calmLuck } from './luck.ts';
import type { Query } from './pages.ts';
import type { Answer, BatchWrites, Requests, Tables, Write } from './tables.ts';

/** Runs a command of the SDK on tables without concurrent writers. */
export function execute(tables: Tables, { constructor: { name }, input }: Command): Answer | Error {
  const [write, query] = [input as Write, input as Query];
  const entries = (input.TransactItems ?? []).map((entry) => Object.values(entry)[0] as Write);
  switch (name) {
    case 'GetCommand':
      return tables.read({ ...write, ...query }, calmLuck);
    case 'BatchGetCommand':
      return tables.readEach(input.RequestItems as Requests, calmLuck);
    case 'BatchWriteCommand':
      return tables.writeEach(input.RequestItems as BatchWrites, calmLuck);
    case 'QueryCommand':
      return tables.query(query, calmLuck);
    case 'ScanCommand':
      return tables.scan(query, calmLuck);
    case 'TransactGetCommand':
      return tables.readTogether(entries, calmLuck);
    case 'TransactWriteCommand': {
      const commit = tables.begin(entries, calmLuck);
      return commit instanceof Error ? commit : commit();
    }
    default:
      return tables.write(write, calmLuck);
  }
}
