import type { Draft } from '../../draft.ts';
import type { Spelling } from '../spelling.ts';

/** Adds the cloud-neutral code: message, ports and use case. */
export function addCore(draft: Draft, step: Spelling): void {
  const { name } = step;
  draft.create(`functions/contracts/${name}-request.ts`, contract(step));
  draft.create(`functions/ports/${name}.ts`, port(step));
  draft.create(`functions/${name}/process-order.ts`, useCase(step));
  draft.create(`functions/${name}/messages.ts`, messages(step));
  addMemory(draft, step);
}

function addMemory(draft: Draft, { name, capital }: Spelling): void {
  const state = 'functions/adapters/memory/state.ts';
  const request = `${capital}Request`;
  draft.after(state, ['MemoryState', 'fulfilments'], `readonly ${name}Requests: ${request}[];`);
  draft.after(state, ['memoryState', 'fulfilments'], `${name}Requests: []`);
  draft.import(state, [`type ${request}`], `../../contracts/${name}-request.ts`);
  const messaging = 'functions/adapters/memory/messaging.ts';
  draft.after(
    messaging,
    ['fulfilmentQueue'],
    `export function ${name}Queue({ ${name}Requests, turn }: MemoryState): ${capital}Queue {
  return {
    async send(request) {
      await turn();
      ${name}Requests.push(request);
    },
  };
}`,
  );
  draft.import(messaging, [`type ${capital}Queue`], `../../ports/${name}.ts`);
}

const contract = ({ name, capital }: Spelling): string => `import * as z from 'zod';
import * as grammar from './grammar.ts';

/** Message of the ${name} queue: which order to work on. The order row holds the rest. */
export const ${name}Request = z.object({
  v: z.literal(1),
  traceparent: grammar.traceparent,
  order: z.object({ orderId: grammar.orderId }),
});
export type ${capital}Request = z.infer<typeof ${name}Request>;
`;

const port = ({
  name,
  capital,
}: Spelling): string => `import type { ${capital}Request } from '../contracts/${name}-request.ts';

export interface ${capital}Queue {
  /** Returns once the queue has stored the message. Delivery is at least once. */
  send(request: ${capital}Request): Promise<void>;
}
`;

const useCase = ({ capital }: Spelling): string => `import type { OrderStore } from '../ports/orders.ts';
import type { Meter } from '../ports/runtime.ts';

export interface ${capital}Ports {
  readonly orders: OrderStore;
  readonly meter: Meter;
}

export type ${capital} = 'done' | 'unknown order';

/** Processes one order. A repeat must have no further effect: the queue may deliver a message twice. */
export async function processOrder(orderId: string, { orders, meter }: ${capital}Ports): Promise<${capital}> {
  const order = await orders.find(orderId);
  if (!order) return 'unknown order';
  meter.count('${capital}Done');
  return 'done';
}
`;

const messages = ({
  name,
  capital,
}: Spelling): string => `import { ${name}Request } from '../contracts/${name}-request.ts';
import type { DeadLetterReason } from '../contracts/order-request.ts';
import type { DeadLetters, Envelope, MessageBody } from '../ports/messaging.ts';
import { giveUp } from '../runtime/dead-letter.ts';
import { logger } from '../runtime/log.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { continueTrace, traceIdOf } from '../runtime/trace.ts';
import { type ${capital}Ports, processOrder } from './process-order.ts';

export interface ${capital}MessagePorts extends ${capital}Ports {
  readonly deadLetters: DeadLetters;
}

export interface ${capital}Message {
  readonly body: MessageBody;
  readonly messageId: string;
  readonly envelope?: Envelope | undefined;
}

/**
 * Processes the order that a queue message names. Dead-letters a message that no retry can fix.
 *
 * @throws when the message must be redelivered
 */
export async function processMessage(
  { body, messageId, envelope }: ${capital}Message,
  ports: ${capital}MessagePorts,
): Promise<void> {
  const abandon = (reason: DeadLetterReason) => giveUp({ body, envelope, reason, record: messageId }, ports);
  const request = ${name}Request.safeParse(parseJson(body)).data;
  if (!request) return abandon('MALFORMED_MESSAGE');
  const { orderId } = request.order;
  const result = await processOrder(orderId, ports);
  if (result === 'unknown order') return abandon('UNKNOWN_ORDER');
  logger.info('${name}', { traceId: traceIdOf(continueTrace(request.traceparent)), orderId, result });
}
`;
