import { join } from 'node:path';
import { cpuPerInstance, cpuQuota } from '../../../../stacks/model/clouds/google-scaling.ts';
import { topics } from '../../../../stacks/model/clouds/google-topology.ts';
import { commonEnv } from '../../calibration/calibrate.ts';
import type { Advice, Mend, Plannable } from '../../model/mend.ts';
import type { Element } from '../../model/tracker.ts';
import type { CloudModel } from '../cloud-model.ts';
import { countCloud } from '../count-cloud.ts';
import { mendService } from '../mends.ts';
import { googleAssumptions } from './assumptions.ts';
import { billGoogle } from './bill.ts';
import { checkGoogle, googleListed } from './published.ts';
import { googleRules } from './rules.ts';

const mostInstances = cpuQuota.value / cpuPerInstance;

/** How long the collections must be under load before a sale, by the rule 500/50/5. */
function warmUp({ peak, limit }: Element): Advice {
  const minutes = Math.ceil(
    (5 * Math.log(Math.max(peak, limit) / limit)) / Math.log(googleAssumptions.firestoreGrowth.value),
  );
  return {
    text: `no setting: Google advises to raise the load of a collection by half each five minutes, so begin ${minutes} minutes before; not measured`,
  };
}

function findMend(element: Element, plan: Plannable): Mend | Advice {
  if (element.id.endsWith('.scaleOut')) return { text: 'no setting: pushes and instances grow by themselves' };
  return mendService(element, plan, mostInstances) ?? warmUp(element);
}

const env = {
  ...commonEnv,
  ...Object.fromEntries(Object.entries(topics).map(([variable, { name }]) => [variable, name])),
  // Pub/Sub cannot delay a message, so each order is postponed once, and then re-enqueued.
  ...{ FIRESTORE_DATABASE: 'shop', CANCELLABLE_MS: '60000' },
};

export const model: CloudModel = {
  // The stages' home region is in the second tier.
  ...{ name: 'google', regions: ['tier2', 'tier1'], assumptions: googleAssumptions, rules: googleRules, findMend },
  bill: billGoogle,
  published: { checks: checkGoogle, listed: googleListed },
  calibrate: (shardCount, cacheFolder) =>
    countCloud(join(import.meta.dirname, 'worker.ts'), { shardCount, cacheFolder, env }),
};
