import { poisonQueue, queues } from '../../../../functions/adapters/azure/resources.ts';
import { instanceMemoryMb } from '../../../../stacks/model/clouds/azure-host.ts';
import { type CloudService, cloudServices, toScaling } from '../../../../stacks/model/clouds/scaling.ts';
import type { Stage } from '../../../../stacks/model/stages/stage-settings.ts';
import { type AzurePriceId, azurePrices } from '../../../prices/azure.ts';
import { type BillOptions, bill, type Quantities } from '../../../prices/bill.ts';
import { hoursPerMonth } from '../../../prices/price.ts';
import type { CloudBillInput } from '../cloud-model.ts';
import { sumOf } from '../counts.ts';

const gb = 1e9;
/** Alerts of a stage. The test of an idle month compares them with the synthesized resources. */
const alerts = { logs: 21, metrics: 2 };

const memoryGb = (stage: Stage, service: CloudService) => instanceMemoryMb(stage, service) / 1_024;
const overServices = (of: (service: CloudService) => number) =>
  cloudServices.reduce((sum, service) => sum + of(service), 0);

function toQuantities({ stage, counts, hours }: CloudBillInput): Quantities<AzurePriceId> {
  const months = hours / hoursPerMonth;
  const active = (service: CloudService) => counts.get(`active.${service}`) ?? 0;
  const ready = (service: CloudService) => counts.get(`ready.${service}`) ?? 0;
  const size = (service: CloudService) => memoryGb(stage, service);
  const messages = [...Object.values(queues), ...Object.values(queues).map(poisonQueue)].reduce(
    (sum, queue) => sum + (counts.get(`queues.${queue}.messages`) ?? 0),
    0,
  );
  const profile = stage.edge.webAcl ? 'frontDoor.premium' : 'frontDoor.standard';
  return {
    'flex.duration': overServices((service) => (active(service) - ready(service)) * size(service)),
    'flex.alwaysReadyDuration': overServices((service) => ready(service) * size(service)),
    'flex.alwaysReady': overServices(
      (service) => toScaling(stage, service).minInstances * size(service) * hours * 3_600,
    ),
    'flex.executions': sumOf(counts, /^invocations\./),
    'tables.transactions': sumOf(counts, /^stores\..*\.calls$/),
    'tables.storage': sumOf(counts, /^stores\..*\.storedBytes$/) / gb,
    // Class 1: put and delete. Class 2: get.
    ...{ 'queues.class1': 2 * messages, 'queues.class2': messages },
    'logs.ingested': (counts.get('log.bytes') ?? 0) / gb,
    [profile]: months,
    'frontDoor.requests': counts.get('cdn.requests') ?? 0,
    'frontDoor.out': (counts.get('cdn.bytes') ?? 0) / gb,
    ...{ 'alerts.logs': alerts.logs * months, 'alerts.metrics': alerts.metrics * months },
  };
}

export const billAzure = (input: CloudBillInput, options: BillOptions) =>
  bill(toQuantities(input), azurePrices, options);
