import { firstObject } from '../../model/json.ts';
import { type Resource, type Template, toText } from '../template/template.ts';

/** The APIs that a resource type needs, by prefix of the type; the longest match counts. */
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

export const service = 'google_project_service';

/** The APIs that a service enables, including by `for_each`; undefined if only an apply knows them. */
export function enabledBy({ properties }: Resource): readonly string[] | undefined {
  const { service: name, for_each: each } = properties;
  const given = each === undefined ? toText(name) : JSON.stringify(each);
  const found = [...given.matchAll(/([a-z]+)\.googleapis\.com/g)].map(([, api = '']) => api);
  return found.length > 0 ? found : undefined;
}

/** Undefined if only an apply knows them. */
export function enabledApis(template: Template): ReadonlySet<string> | undefined {
  const enabled = template.ofType(service).map(enabledBy);
  return enabled.includes(undefined) ? undefined : new Set(enabled.flatMap((apis) => apis ?? []));
}

/** A repeated block may also be a list. */
export const blockOf = (resource: Resource, name: string) => firstObject(resource.properties[name]);

export function apisOf({ type }: Resource): readonly string[] {
  const found = apis.filter(([prefix]) => type.startsWith(prefix)).sort(([a], [b]) => b.length - a.length);
  return found[0]?.[1] ?? [];
}
