import { topics } from '../../../../stacks/model/clouds/google-topology.ts';
import { moveClock } from '../../../platform/process/stopped-clock.ts';
import { countSteps } from '../calibration/count-steps.ts';

const standIns = new URL('stand-ins.ts', import.meta.url);

await countSteps(
  'google.ts',
  {
    ...{ '@google-cloud/firestore': standIns, '/google/functions.ts': standIns, './pubsub-client.ts': standIns },
    ...{ '/google/push-token.ts': standIns, '/google/secret.ts': standIns },
  },
  {
    ...{ orders: topics.ORDER_TOPIC.name, settlement: 'settlement' },
    ...{ events: topics.EVENT_TOPIC.name, projection: 'projection' },
    ...{ fulfilments: [topics.BUS_TOPIC.name, topics.FULFILMENT_TOPIC.name], fulfilment: 'fulfilment' },
    ...{ sweeper: 'sweeper', postponed: { timer: 'postponed', wait: () => moveClock(61_000) } },
  },
);
