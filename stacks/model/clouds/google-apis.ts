import type { Stage } from '../stages/stage-settings.ts';

/** Enable all others, and read the project. */
export const foundationApis = ['serviceusage', 'cloudresourcemanager'] as const;

/** What every stage needs. */
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

/** Exchange a workflow's token for one of a service account. */
const deployApis = ['iamcredentials', 'sts'] as const;

/** What the stack enables. */
export const apisOf = ({ deploy }: Stage): readonly string[] => (deploy ? [...apis, ...deployApis] : apis);
