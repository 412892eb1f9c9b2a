const on = (kind: string, verbs: string): string[] => verbs.split(' ').map((verb) => `${kind}.${verb}`);

/**
 * Permissions of a workflow in the project: change what a deploy changes, and read the rest. It may set no policy, and
 * it sees neither documents, messages nor secrets. Creating a database, a bucket, an account or a secret is left to a
 * person.
 */
export const deployPermissions: readonly string[] = [
  ...on('cloudfunctions.functions', 'create delete get list update'),
  ...on('cloudfunctions.operations', 'get'),
  ...on('cloudscheduler.jobs', 'create delete enable get list pause update'),
  ...on('compute.backendBuckets', 'create delete get update use'),
  ...on('compute.backendServices', 'create delete get setSecurityPolicy update use'),
  ...on('compute.globalAddresses', 'get use'),
  ...on('compute.globalForwardingRules', 'create delete get setTarget'),
  ...on('compute.globalOperations', 'get'),
  ...on('compute.regionNetworkEndpointGroups', 'create delete get use'),
  ...on('compute.regionOperations', 'get'),
  ...on('compute.securityPolicies', 'create delete get update use'),
  ...on('compute.sslCertificates', 'create delete get'),
  ...on('compute.sslPolicies', 'create delete get update use'),
  ...on('compute.targetHttpProxies', 'create delete get setUrlMap use'),
  ...on('compute.targetHttpsProxies', 'create delete get setSslCertificates setSslPolicy setUrlMap update use'),
  ...on('compute.urlMaps', 'create delete get invalidateCache update use'),
  ...on('datastore.databases', 'getMetadata update'),
  ...on('datastore.operations', 'get'),
  ...on('iam.roles', 'get'),
  ...on('iam.serviceAccounts', 'get getIamPolicy'),
  ...on('monitoring.alertPolicies', 'create delete get update'),
  ...on('monitoring.notificationChannels', 'create delete get update'),
  ...on('pubsub.subscriptions', 'create delete get getIamPolicy update'),
  ...on('pubsub.topics', 'attachSubscription create delete get getIamPolicy update'),
  ...on('resourcemanager.projects', 'get getIamPolicy'),
  ...on('run.services', 'get getIamPolicy'),
  ...on('secretmanager.secrets', 'get getIamPolicy'),
  ...on('serviceusage.services', 'get list'),
  ...on('storage.buckets', 'get getIamPolicy'),
];
