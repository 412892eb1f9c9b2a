import { unmarshall } from '@aws-sdk/util-dynamodb';

/** A row before and after one change. */
export interface Images {
  readonly before: object | undefined;
  readonly after: object;
}

interface StreamRecord {
  readonly dynamodb: { readonly OldImage?: never; readonly NewImage?: never };
}

export function toImages(record: object): Images {
  const { OldImage, NewImage } = (record as StreamRecord).dynamodb;
  return { before: OldImage && unmarshall(OldImage), after: NewImage ? unmarshall(NewImage) : {} };
}

/** The changes of each row, in order; a stream keeps no order between rows. */
export function byRow(changes: readonly Images[]): Readonly<Record<string, readonly Images[]>> {
  const rows = Map.groupBy(changes, ({ after }) => {
    const { pk, sk } = after as { pk?: string; sk?: string };
    return `${pk} ${sk}`;
  });
  return Object.fromEntries(rows);
}
