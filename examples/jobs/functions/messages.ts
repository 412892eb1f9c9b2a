import type { DeadLetterQueue, Delivery, Envelope, MessageBody } from '../../../functions/ports/messages.ts';
import type { Meter } from '../../../functions/ports/runtime.ts';
import { processBatch } from '../../../functions/runtime/batch.ts';
import { giveUp } from '../../../functions/runtime/dead-letter.ts';
import { beginHop } from '../../../functions/runtime/hop.ts';
import { logger } from '../../../functions/runtime/log.ts';
import { parseJson } from '../../../functions/runtime/parse-json.ts';
import { type DeadLetterReason, jobRequest } from './contracts.ts';
import type { Counter } from './ports.ts';
import { type Worked, type WorkPorts, workOn } from './work-job.ts';

export interface QueueMessage {
  readonly body: MessageBody;
  readonly messageId: string;
  readonly envelope?: Envelope | undefined;
  readonly delivery?: Delivery | undefined;
}

export interface MessagePorts extends WorkPorts {
  readonly deadLetters: DeadLetterQueue<DeadLetterReason>;
  readonly meter: Meter<Counter>;
  readonly continueTrace: (traceparent: string) => string;
  readonly remainingMs: () => number;
}

const letters: Partial<Record<Worked, DeadLetterReason>> = {
  exhausted: 'ATTEMPTS_EXHAUSTED',
  'unknown job': 'UNKNOWN_JOB',
};

/** Processes a batch. @returns the ids of the messages to deliver again */
export function workOnMessages(messages: readonly QueueMessage[], ports: MessagePorts): Promise<ReadonlySet<string>> {
  const idOf = ({ messageId }: QueueMessage) => messageId;
  const work = (message: QueueMessage) => workOnMessage(message, ports);
  return processBatch(messages, { idOf, groupOf: idOf, work, concurrency: 10, remainingMs: ports.remainingMs });
}

async function workOnMessage(message: QueueMessage, ports: MessagePorts): Promise<void> {
  const { body, delivery, messageId: record, envelope } = message;
  const abandon = (reason: DeadLetterReason) => giveUp({ body, envelope, reason, record }, ports);
  const { data } = jobRequest.safeParse(parseJson(body));
  if (!data) return abandon('MALFORMED_MESSAGE');
  const hop = beginHop(data.traceparent, ports.continueTrace(data.traceparent), delivery);
  const worked = await workOn(data.jobId, ports);
  logger.info('worked', { ...hop.fields(), jobId: data.jobId, worked });
  if (worked === 'done') ports.meter.count('JobsDone');
  if (worked === 'failed') ports.meter.count('JobsFailed');
  const letter = letters[worked];
  if (letter) await abandon(letter);
}
