import { join } from 'node:path';
import { mostInstances } from '../../../../stacks/model/clouds/azure-host.ts';
import { commonEnv } from '../../calibration/calibrate.ts';
import type { Advice, Mend, Plannable } from '../../model/mend.ts';
import type { Element } from '../../model/tracker.ts';
import { shardsIn } from '../../profile/shards-in.ts';
import type { CloudModel } from '../cloud-model.ts';
import { countCloud } from '../count-cloud.ts';
import { mendService, mendShards } from '../mends.ts';
import { azureAssumptions } from './assumptions.ts';
import { billAzure } from './bill.ts';
import { azureListed, checkAzure } from './published.ts';
import { azureRules } from './rules.ts';

function findMend(element: Element, plan: Plannable): Mend | Advice {
  const [first = '', second = ''] = element.id.split('.');
  if (second === 'scaleOut')
    return { text: 'workers get a few instances at a time: batches or always-ready instances need fewer of them' };
  const mend = mendService(element, plan, mostInstances);
  if (mend) return mend;
  switch (first) {
    case 'queues':
      return { text: 'no setting: a queue of Service Bus carries more, see docs/clouds.md' };
    case 'storage':
      if (second === 'STOCK') return mendShards(element, plan, shardsIn(plan.profile));
      if (second === 'VIEW') return { text: 'raise salesSlots in functions/domain/sales.ts' };
      return { text: 'no setting: Cosmos DB for Table carries more, see docs/clouds.md' };
    default:
      return { text: 'no setting: a quota of the subscription; ask Microsoft to raise it' };
  }
}

export const model: CloudModel = {
  ...{ name: 'azure', regions: ['all'], assumptions: azureAssumptions, rules: azureRules, findMend },
  bill: billAzure,
  published: { checks: checkAzure, listed: azureListed },
  calibrate: (shardCount, cacheFolder) =>
    countCloud(join(import.meta.dirname, 'worker.ts'), { shardCount, cacheFolder, env: { ...commonEnv, DATA: 'key' } }),
};
