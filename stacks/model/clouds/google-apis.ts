/** Enable all others, and read the project. */
export const foundationApis = ['serviceusage', 'cloudresourcemanager'] as const;

/** What the stack enables. */
export const apis = [
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
