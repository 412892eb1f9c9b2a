import { cpuPerInstance, toGoogleScaling } from '../../../../stacks/model/clouds/google-scaling.ts';
import { timerNames, topics } from '../../../../stacks/model/clouds/google-topology.ts';
import { type CloudService, cloudServices } from '../../../../stacks/model/clouds/scaling.ts';
import { type BillOptions, bill, type Quantities } from '../../../prices/bill.ts';
import { type GooglePriceId, googlePrices } from '../../../prices/google.ts';
import { hoursPerMonth } from '../../../prices/price.ts';
import type { CloudBillInput, Counts } from '../cloud-model.ts';
import { sumOf } from '../counts.ts';

const gib = 2 ** 30;
const tib = 2 ** 40;
/** Minimum billed size of a message. */
const leastBytes = 1_000;
/** Rules of a stage's policy. The test of an idle month compares them with the synthesized resources. */
const firewallRules = 8;

const overServices = (of: (service: CloudService) => number) =>
  cloudServices.reduce((sum, service) => sum + of(service), 0);

/** Each message is published once and delivered once. A topic without a subscription costs only its publishing. */
function messageBytes(counts: Counts): number {
  return Object.values(topics).reduce((sum, { name }) => {
    const messages = counts.get(`queues.${name}.messages`) ?? 0;
    const bytes = counts.get(`queues.${name}.bytes`) ?? 0;
    return sum + 2 * Math.max(bytes, messages * leastBytes);
  }, 0);
}

function toQuantities({ stage, counts, hours }: CloudBillInput): Quantities<GooglePriceId> {
  const months = hours / hoursPerMonth;
  const active = (service: CloudService) => counts.get(`active.${service}`) ?? 0;
  const memory = (service: CloudService) => stage.functions[service].memoryMb / 1_024;
  const idle = (service: CloudService) =>
    Math.max(0, toGoogleScaling(stage, service).minInstances * hours * 3_600 - (counts.get(`ready.${service}`) ?? 0));
  return {
    'run.cpu': overServices(active) * cpuPerInstance,
    'run.memory': overServices((service) => active(service) * memory(service)),
    'run.requests': sumOf(counts, /^invocations\./),
    'run.idleCpu': overServices(idle) * cpuPerInstance,
    'run.idleMemory': overServices((service) => idle(service) * memory(service)),
    'pubsub.delivered': messageBytes(counts) / tib,
    'firestore.reads': sumOf(counts, /^stores\..*\.reads$/),
    'firestore.writes': sumOf(counts, /^stores\..*\.writes$/),
    'firestore.deletes': sumOf(counts, /^stores\..*\.deletes$/),
    'firestore.storage': sumOf(counts, /^stores\..*\.storedBytes$/) / gib,
    'logs.ingested': (counts.get('log.bytes') ?? 0) / gib,
    'loadBalancer.rules': hours,
    ...(stage.edge.webAcl && { 'firewall.policies': months, 'firewall.rules': firewallRules * months }),
    'cdn.requests': counts.get('cdn.requests') ?? 0,
    'cdn.out': (counts.get('cdn.bytes') ?? 0) / gib,
    'scheduler.jobs': timerNames.length * months,
  };
}

export const billGoogle = (input: CloudBillInput, options: BillOptions) =>
  bill(toQuantities(input), googlePrices, options);
