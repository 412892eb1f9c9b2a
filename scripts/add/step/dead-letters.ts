import type { Draft } from '../draft.ts';
import type { Spelling } from './spelling.ts';
import type { Worker } from './worker.ts';

/** Lets the checker read its dead letters, because an order may wait for one. */
export function addDeadLetters(draft: Draft, { name, capital }: Spelling, { schema, reasons }: Worker): void {
  const letters = 'scripts/sale/check/dead-letter.ts';
  draft.after(letters, ['deadLetterSteps', 'fulfilment'], `'${name}'`);
  draft.after(
    letters,
    ['orderOfDeadLetter', 'fulfilment'],
    `case '${name}':\n return ${schema}.safeParse(content).data?.order.orderId;`,
  );
  draft.after(letters, ['reasons', 'fulfilment'], `${name}: [${reasons.map((reason) => `'${reason}'`).join(', ')}]`);
  draft.after('scripts/sale/check/evidence.ts', ['gatherDead', 'fulfilment'], `${name}: new Set<string>()`);
  draft.after(
    'scripts/sale/deployed-quiescence.ts',
    ['deadLetterUrls', 'fulfilment'],
    `${name}: output('${capital}DeadLetterUrl')`,
  );
}
