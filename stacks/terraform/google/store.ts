import { FirestoreDatabase } from '@cdktf/provider-google/lib/firestore-database/index.js';
import { FirestoreField } from '@cdktf/provider-google/lib/firestore-field/index.js';
import { FirestoreIndex } from '@cdktf/provider-google/lib/firestore-index/index.js';
import { Construct } from 'constructs';
import {
  compositeIndexes,
  expiry,
  type StoreQuery,
  unindexedFields,
} from '../../../functions/adapters/google/queries.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

export interface StoreProps {
  readonly stage: Stage;
  readonly project: string;
  readonly location: string;
}

/** The stage's database. Its indexes come from the adapters' list of queries. */
export class Store extends Construct {
  readonly database: FirestoreDatabase;

  constructor(scope: Construct, id: string, { stage, project, location }: StoreProps) {
    super(scope, id);
    this.database = new FirestoreDatabase(this, 'Database', {
      project,
      name: physicalName(stage.name, 'store'),
      locationId: location,
      type: 'FIRESTORE_NATIVE',
      // Transaction functions may run several times; the adapters expect that.
      concurrencyMode: 'OPTIMISTIC',
      pointInTimeRecoveryEnablement:
        stage.pointInTimeRecoveryDays === null ? 'POINT_IN_TIME_RECOVERY_DISABLED' : 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: stage.deletionProtection ? 'DELETE_PROTECTION_ENABLED' : 'DELETE_PROTECTION_DISABLED',
      deletionPolicy: stage.keepData ? 'ABANDON' : 'DELETE',
      lifecycle: { preventDestroy: stage.keepData },
    });
    const place = { project, database: this.database.name };
    for (const query of compositeIndexes)
      new FirestoreIndex(this, `index-${query.collection}-${query.equal.join('-')}`, {
        ...place,
        collection: query.collection,
        queryScope: 'COLLECTION',
        fields: toFields(query),
      });
    for (const { collection, field } of unindexedFields)
      new FirestoreField(this, `${collection}-${field}`, { ...place, collection, field, indexConfig: {} });
    new FirestoreField(this, 'expiry', {
      ...place,
      collection: expiry.collection,
      field: expiry.field,
      // Not indexed: an index on ever-rising values creates a hotspot.
      indexConfig: {},
      ttlConfig: {},
    });
  }
}

function toFields({ equal, range }: StoreQuery) {
  const order = range?.direction === 'desc' ? 'DESCENDING' : 'ASCENDING';
  return [
    ...equal.map((fieldPath) => ({ fieldPath, order: 'ASCENDING' })),
    ...(range ? [{ fieldPath: range.field, order }] : []),
  ];
}
