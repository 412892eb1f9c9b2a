import type { Stage } from '../stages/stage-settings.ts';

/** Needed to enable all others, and to read the project. */
export const foundationApis = ['serviceusage', 'cloudresourcemanager'] as const;

/** APIs that every stage needs. */
const apis = [
  'artifactregistry',
  'cloudbuild',
  'cloudfunctions',
  'cloudscheduler',
  'compute',
  'firestore',
  'iam',
  'logging',
  'monitoring',
  'pubsub',
  'run',
  'secretmanager',
  'storage',
] as const;

/** Needed to exchange a workflow's token for a service account's. */
const deployApis = ['iamcredentials', 'sts'] as const;

/** APIs that the stack enables. */
export const apisOf = ({ deploy }: Stage): readonly string[] => (deploy ? [...apis, ...deployApis] : apis);
