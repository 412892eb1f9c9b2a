import type { Command } from '../../dynamodb/consumed.ts';
import type { Item } from '../../dynamodb/expressions.ts';

interface Put {
  readonly TableName?: string;
  readonly Item?: Item;
}

interface Puts extends Put {
  readonly TransactItems?: readonly { readonly Put?: Put }[];
}

/** Adds the bytes that a customer sends beyond what the code knows: an order keeps them, and so does each of its events. */
export function addPayload<One extends Command>(command: One, bytes: number): One {
  if (bytes <= 0) return command;
  const input = command.input as Puts;
  const payload = 'x'.repeat(bytes);
  for (const put of [input, ...(input.TransactItems ?? []).map(({ Put: one }) => one)])
    if (put?.TableName === 'orders' && put.Item) Object.assign(put.Item, { payload });
  return command;
}
