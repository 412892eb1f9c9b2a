import { fulfilmentRequest } from '../../../functions/contracts/fulfilment-request.ts';
import { orderEvent } from '../../../functions/contracts/order-event.ts';
import { orderRequest } from '../../../functions/contracts/order-request.ts';
import { parseJson } from '../../../functions/runtime/parse-json.ts';

/** The step that gave the message up. */
export const deadLetterSteps = ['settlement', 'projection', 'fulfilment'] as const;
export type DeadLetterStep = (typeof deadLetterSteps)[number];

/** A message in the dead-letter queue of a step. */
export interface DeadLetter {
  readonly step: DeadLetterStep;
  readonly body: string;
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
