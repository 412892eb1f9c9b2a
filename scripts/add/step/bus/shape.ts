import { queueShape } from '../queue/shape.ts';
import type { Shape } from '../shape.ts';
import type { Spelling } from '../spelling.ts';
import { addSubscription } from './add-subscription.ts';

/** The worker of a queue that the bus fills. */
export function busShape(step: Spelling): Shape {
  const { name, queue } = step;
  const worker = queueShape(step);
  const { azure, google, costs, words } = worker;
  return {
    ...worker,
    azure: { ...azure, rights: [...azure.rights, `projection: Queue Data Message Sender of ${queue}`] },
    google: { ...google, alerts: [...google.alerts, `${name}-events-age`] },
    costs: { ...costs, alarms: costs.alarms + 2 },
    words: {
      ...words,
      diagram: [`    bus -->|OrderConfirmed| ${name}Requests`, ...words.diagram],
      changelog: `The step \`${name}\`: each confirmed order, by a rule of the bus and the queue \`${queue}\`.`,
    },
    add(draft, _, kept) {
      worker.add(draft, step, kept);
      addSubscription(draft, step, kept);
    },
  };
}
