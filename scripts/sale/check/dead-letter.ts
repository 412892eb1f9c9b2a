import { fulfilmentRequest } from '../../../functions/contracts/fulfilment-request.ts';
import { orderEvent } from '../../../functions/contracts/order-event.ts';
import { type DeadLetterReason, deadLetterReasons, orderRequest } from '../../../functions/contracts/order-request.ts';
import { parseJson } from '../../../functions/runtime/parse-json.ts';

/** Steps that can dead-letter a message. */
export const deadLetterSteps = ['settlement', 'projection', 'fulfilment'] as const;
export type DeadLetterStep = (typeof deadLetterSteps)[number];

/** A message in the dead-letter queue of a step. */
export interface DeadLetter {
  readonly step: DeadLetterStep;
  readonly body: string;
  /** The worker's reason; undefined if the queue dead-lettered the message after too many receives. */
  readonly noted?: DeadLetterReason | undefined;
}

export function parseReason(text: unknown): DeadLetterReason | undefined {
  return deadLetterReasons.find((reason) => reason === text);
}

/** The order that the step would have worked on; undefined if the body is not a message of that step. */
export function orderOfDeadLetter({ step, body }: DeadLetter): string | undefined {
  const content = parseJson(body);
  switch (step) {
    case 'settlement':
      return orderRequest.safeParse(content).data?.orderId;
    case 'projection':
      return orderEvent.safeParse(content).data?.order.orderId;
    case 'fulfilment':
      return fulfilmentRequest.safeParse(content).data?.order.orderId;
  }
}

const reasons: Readonly<Record<DeadLetterStep, readonly DeadLetterReason[]>> = {
  settlement: ['MALFORMED_MESSAGE', 'UNKNOWN_ORDER'],
  projection: ['MALFORMED_EVENT'],
  fulfilment: ['MALFORMED_MESSAGE', 'UNKNOWN_ORDER', 'PARTNER_UNREACHABLE'],
};

/** Why a worker's reason is false, by its message and the stored orders; undefined if it may be true. */
export function findFalseReason(letter: DeadLetter, isStored: (orderId: string) => boolean): string | undefined {
  const { step, body, noted } = letter;
  if (noted === undefined) return undefined;
  const says = `a dead letter of ${step} says ${noted}`;
  if (!reasons[step].includes(noted)) return `${says}, which that step cannot find: ${body}`;
  const orderId = orderOfDeadLetter(letter);
  const isMalformed = noted === 'MALFORMED_MESSAGE' || noted === 'MALFORMED_EVENT';
  if (orderId === undefined) return isMalformed ? undefined : `${says}, but is not a message of that step: ${body}`;
  if (isMalformed) return `${says}, and is a message about order ${orderId}`;
  const exists = isStored(orderId);
  if (noted === 'UNKNOWN_ORDER') return exists ? `${says}, and order ${orderId} is stored` : undefined;
  if (!exists) return `${says}, and order ${orderId} does not exist`;
  // After a redrive, the worker would give the message up at once.
  const { waitingSince } = fulfilmentRequest.parse(parseJson(body));
  return waitingSince && `${says}, and keeps the time since which order ${orderId} waited`;
}

/**
 * Whether the dead letter is a valid reason for its order to wait: the queue gave up, or the partner was unreachable.
 */
export function excusesOrder({ noted }: DeadLetter): boolean {
  return noted === undefined || noted === 'PARTNER_UNREACHABLE';
}
