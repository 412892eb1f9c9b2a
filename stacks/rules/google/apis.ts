import { firstObject } from '../../model/json.ts';
import type { Resource, Template } from '../template/template.ts';

/** The APIs that a type of resource needs, by the beginning of its name; the longest that fits. */
const apis: readonly (readonly [prefix: string, apis: readonly string[]])[] = [
  ['google_project_service', ['serviceusage']],
  ['google_project', ['cloudresourcemanager']],
  ['data.google_project', ['cloudresourcemanager']],
  ['google_service_account', ['iam']],
  ['google_project_iam_custom_role', ['iam']],
  ['google_iam_workload_identity_', ['iam', 'iamcredentials', 'sts']],
  ['google_storage_', ['storage']],
  ['google_pubsub_', ['pubsub']],
  ['google_firestore_', ['firestore']],
  ['google_compute_', ['compute']],
  ['google_logging_', ['logging']],
  ['google_monitoring_', ['monitoring']],
  ['google_cloud_scheduler_', ['cloudscheduler']],
  ['google_cloud_run_', ['run']],
  ['google_secret_manager_', ['secretmanager']],
  ['google_cloudfunctions2_', ['cloudfunctions', 'cloudbuild', 'artifactregistry', 'run']],
];

const apiOf = ({ properties }: Resource): string => String(properties.service).replace('.googleapis.com', '');

export const enabledApis = (template: Template): ReadonlySet<string> =>
  new Set(template.ofType('google_project_service').map(apiOf));

/** A repeated block may also be a list. */
export const blockOf = (resource: Resource, name: string) => firstObject(resource.properties[name]);

export function apisOf({ type }: Resource): readonly string[] {
  const found = apis.filter(([prefix]) => type.startsWith(prefix)).sort(([a], [b]) => b.length - a.length);
  return found[0]?.[1] ?? [];
}
