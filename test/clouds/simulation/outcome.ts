import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

export type Client = Pick<DynamoDBDocumentClient, 'send'>;

interface Answer {
  readonly Item?: object;
  readonly Attributes?: object;
  readonly Items?: readonly object[];
  readonly LastEvaluatedKey?: object;
  readonly Responses?: readonly { readonly Item?: object }[] | Readonly<Record<string, readonly Keyed[]>>;
  readonly UnprocessedKeys?: object;
}

interface Keyed {
  readonly pk: string;
}

interface Reason {
  readonly Code?: string;
  readonly Item?: Record<string, AttributeValue>;
}

/** An answer or error as its caller sees it, without the parts that depend on the engine. */
export async function toOutcome(client: Client, command: object): Promise<object> {
  try {
    return toVisible((await client.send(command as never)) as Answer);
  } catch (error) {
    const { name, Item, CancellationReasons } = error as Error & {
      Item?: Reason['Item'];
      CancellationReasons?: Reason[];
    };
    return {
      error: name,
      ...(Item && { item: unmarshall(Item) }),
      ...(CancellationReasons && {
        reasons: CancellationReasons.map((reason) => ({
          code: reason.Code,
          ...(reason.Item && { item: unmarshall(reason.Item) }),
        })),
      }),
    };
  }
}

function toVisible({ Item, Attributes, Items, LastEvaluatedKey, Responses, UnprocessedKeys }: Answer): object {
  return {
    ...(Item && { item: Item }),
    ...(Attributes && { attributes: Attributes }),
    ...(Items && { items: Items }),
    ...(LastEvaluatedKey && { next: LastEvaluatedKey }),
    ...(Responses && { responses: Array.isArray(Responses) ? Responses.map((one) => one.Item) : sorted(Responses) }),
    unprocessed: Object.keys(UnprocessedKeys ?? {}).length,
  };
}

/** All pages of a scan. Engines order rows differently, so only whole scans are compared. */
export async function scanAll(client: Client, build: (from: object) => object): Promise<object> {
  const rows: Keyed[] = [];
  let from = {};
  for (let page = 0; page < 100; page++) {
    const { Items = [], LastEvaluatedKey } = (await client.send(build(from) as never)) as Answer;
    rows.push(...(Items as Keyed[]));
    if (!LastEvaluatedKey) return { rows: byKey(rows) };
    from = { ExclusiveStartKey: LastEvaluatedKey };
  }
  return { error: 'the scan did not end' };
}

const byKey = (rows: readonly Keyed[]) => rows.toSorted((a, b) => (a.pk < b.pk ? -1 : 1));

/** A batch of keys is answered in any order. */
function sorted(responses: NonNullable<Answer['Responses']>): unknown {
  return Object.values(responses as Record<string, readonly Keyed[]>).map(byKey);
}
