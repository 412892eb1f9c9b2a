import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { findRoute } from '../../../../scripts/contracts/list-samples.ts';
import type { Step } from '../../../../scripts/contracts/recording.ts';
import { nameRow } from '../../../../scripts/contracts/row-name.ts';

type Change = (body: object) => object;

/** The field has another name, where it is present. */
export const rename =
  (field: string): Change =>
  (body) => {
    const { [field]: value, ...rest } = body as Record<string, unknown>;
    return value === undefined ? body : { ...rest, [`${field}New`]: value };
  };

/** Changes every copy of a message, as it is stored and as it is delivered. */
export function mapSteps(steps: readonly Step[], message: string, change: Change): readonly Step[] {
  return steps.map(({ input, outcome }) => ({
    input: { ...input, event: mapEvent(input.event, message, change) },
    outcome: {
      ...outcome,
      written: outcome.written.map(({ table, item }) =>
        nameRow(table, item) === message ? { table, item: change(item) as typeof item } : { table, item },
      ),
    },
  }));
}

interface Delivered {
  readonly Records?: readonly { readonly body?: string; readonly dynamodb?: { readonly NewImage: never } }[];
  readonly body?: string;
}

function mapEvent(event: object, message: string, change: Change): object {
  const { Records, body } = event as Delivered;
  if (body !== undefined && `request ${findRoute(event)}` === message)
    return { ...event, body: JSON.stringify(change(JSON.parse(body))) };
  if (!Records) return event;
  return { ...event, Records: Records.map((record) => mapRecord(record, message, change)) };
}

function mapRecord(record: NonNullable<Delivered['Records']>[number], message: string, change: Change): object {
  if (record.dynamodb) {
    const row = unmarshall(record.dynamodb.NewImage);
    const table = String(row.pk).startsWith('PRODUCT') ? 'catalog' : 'orders';
    if (nameRow(table, row) !== message) return record;
    return { ...record, dynamodb: { ...record.dynamodb, NewImage: marshall(change(row)) } };
  }
  const body = JSON.parse(record.body ?? '{}') as Record<string, unknown>;
  const name = 'order' in body ? 'queue fulfilment-requests' : 'queue order-requests';
  return name === message ? { ...record, body: JSON.stringify(change(body)) } : record;
}
