import { apisOf, foundationApis } from '../../../../stacks/model/clouds/google-apis.ts';
import { cpuPerInstance, cpuQuota, toGoogleScaling } from '../../../../stacks/model/clouds/google-scaling.ts';
import { cloudServices } from '../../../../stacks/model/clouds/scaling.ts';
import { bucketName, physicalName } from '../../../../stacks/model/names.ts';
import { type Check, failed, judgeNames, judgeRoom, ok, unknown } from '../check.ts';
import { isMissing, RestError } from '../rest.ts';
import { judgeSignIn } from '../rest-context.ts';
import { type GoogleContext, signIn } from './context.ts';

type GoogleCheck = Check<GoogleContext>;

/** A gate: without it every other call fails in the same way. */
export const credentials: GoogleCheck = {
  name: 'credentials',
  permissions: [],
  look: async (context) => {
    try {
      const token = encodeURIComponent(await context.token());
      const { email, expires_in: seconds } = await context.ask<{ email?: string; expires_in?: string }>(
        `https://oauth2.googleapis.com/tokeninfo?access_token=${token}`,
      );
      return ok(`${email ?? 'an unknown account'}, for ${seconds ?? '?'} s`, 'a valid sign-in');
    } catch (error) {
      // Google's answer to an expired token.
      if (error instanceof RestError && error.statusCode === 400)
        return failed('the token is refused', 'a valid sign-in', signIn);
      return judgeSignIn(error, signIn);
    }
  },
};

/** A second gate: all later checks are about the project. */
export const project: GoogleCheck = {
  name: 'project',
  permissions: [{ action: 'resourcemanager.projects.get' }],
  look: async (context) => {
    const { account } = context.options;
    const needed = account === undefined ? 'an active project' : `project ${account}`;
    if (context.project === '') return failed('none set', needed, 'Set TF_VAR_project, or pass --account.');
    if (account !== undefined && account !== context.project)
      return failed(context.project, needed, 'Correct the variable project.');
    try {
      const url = `https://cloudresourcemanager.googleapis.com/v3/projects/${context.project}`;
      const { state, displayName } = await context.ask<{ state?: string; displayName?: string }>(url);
      const found = `${context.project} (${displayName}), ${state}`;
      return state === 'ACTIVE' ? ok(found, needed) : failed(found, needed, 'Restore it, or use another project.');
    } catch (error) {
      // Google answers alike for a missing project and for one that belongs to others.
      if (!isMissing(error)) throw error;
      return failed(
        `no project ${context.project} of yours`,
        needed,
        'Correct the variable project, or sign in as another.',
      );
    }
  },
};

export const billing: GoogleCheck = {
  name: 'billing',
  permissions: [{ action: 'resourcemanager.projects.get' }],
  look: async (context) => {
    const url = `https://cloudbilling.googleapis.com/v1/projects/${context.project}/billingInfo`;
    const { billingEnabled } = await context.ask<{ billingEnabled?: boolean }>(url);
    const action = `gcloud billing projects link ${context.project} --billing-account ID`;
    return billingEnabled === true ? ok('enabled', 'enabled') : failed('not enabled', 'enabled', action);
  },
};

interface ServicePage {
  readonly services?: readonly { readonly config?: { readonly name?: string } }[];
  readonly nextPageToken?: string;
}

/** The stack can enable all other APIs once these two are enabled. */
export const enabledApis: GoogleCheck = {
  name: 'apis',
  permissions: [{ action: 'serviceusage.services.list' }],
  look: async (context) => {
    const url = `https://serviceusage.googleapis.com/v1/projects/${context.project}/services?filter=state:ENABLED&pageSize=200`;
    const pages = await context.askAll<ServicePage>(url, ({ nextPageToken }) =>
      nextPageToken ? `${url}&pageToken=${encodeURIComponent(nextPageToken)}` : undefined,
    );
    const enabled = new Set(pages.flatMap(({ services = [] }) => services.map(({ config }) => config?.name)));
    const isOff = (api: string) => !enabled.has(`${api}.googleapis.com`);
    const missing = foundationApis.filter(isOff).map((api) => `${api}.googleapis.com`);
    const apis = apisOf(context.stage);
    const later = apis.filter(isOff).length;
    const needed = `${foundationApis.join(' and ')}; the stack enables the other ${apis.length}`;
    if (missing.length === 0) return ok(later === 0 ? 'all' : `these; the stack will enable ${later} more`, needed);
    return failed(
      `not enabled: ${missing.join(', ')}`,
      needed,
      `gcloud services enable ${missing.join(' ')} --project ${context.project}`,
    );
  },
};

/** A sample of each kind that the stack creates, and the permissions it grants. */
const creates = [
  'cloudfunctions.functions.create',
  'cloudscheduler.jobs.create',
  'compute.backendServices.create',
  'compute.urlMaps.create',
  'datastore.databases.create',
  'iam.serviceAccounts.actAs',
  'iam.serviceAccounts.create',
  'monitoring.alertPolicies.create',
  'pubsub.subscriptions.create',
  'pubsub.topics.create',
  'resourcemanager.projects.setIamPolicy',
  'run.services.setIamPolicy',
  'serviceusage.services.enable',
  'storage.buckets.create',
  'storage.buckets.setIamPolicy',
] as const;

/** Google returns the subset that the caller has. The call itself needs no permission. */
export const roles: GoogleCheck = {
  name: 'roles',
  permissions: [],
  look: async (context) => {
    const url = `https://cloudresourcemanager.googleapis.com/v3/projects/${context.project}:testIamPermissions`;
    const { permissions: held = [] } = await context.ask<{ permissions?: readonly string[] }>(url, {
      permissions: creates,
    });
    const missing = creates.filter((one) => !held.includes(one));
    const needed = `${creates.length} permissions of a deploy`;
    const action = 'Ask for Owner, or Editor with Project IAM Admin, Service Account Admin and Service Account User.';
    return missing.length === 0 ? ok('all', needed) : failed(`missing: ${missing.join(', ')}`, needed, action);
  },
};

interface QuotaInfo {
  readonly dimensionsInfos?: readonly {
    readonly dimensions?: { readonly region?: string };
    readonly applicableLocations?: readonly string[];
    readonly details?: { readonly value?: string };
  }[];
}

/**
 * Cloud Run rejects a revision whose instances could exceed the quota, whatever the other services use: only at load do
 * they share it, and then requests wait for an instance. The value is in thousandths.
 */
export const cpu: GoogleCheck = {
  name: 'cpu-quota',
  permissions: [{ action: 'cloudquotas.quotas.get' }],
  look: async (context) => {
    const most = cloudServices.map((service) => toGoogleScaling(context.stage, service).maxInstances * cpuPerInstance);
    const needed = Math.max(...most);
    const together = most.reduce((sum, one) => sum + one, 0);
    const url = `https://cloudquotas.googleapis.com/v1/projects/${context.project}/locations/global/services/run.googleapis.com/quotaInfos/CpuAllocPerProjectRegion`;
    const { dimensionsInfos = [] } = await readQuota(context, url);
    const info =
      dimensionsInfos.find(({ dimensions }) => dimensions?.region === context.region) ??
      dimensionsInfos.find(({ applicableLocations = [] }) => applicableLocations.includes(context.region));
    const granted = Number(info?.details?.value);
    if (!Number.isFinite(granted))
      return unknown(
        `no quota of ${context.region} in the answer`,
        `${needed} vCPU`,
        `Check the variable region. See ${cpuQuota.quotas}`,
      );
    const action = `Ask for ${needed} vCPU (CpuAllocPerProjectRegion) days before: ${cpuQuota.quotas}`;
    const look = judgeRoom({ what: `vCPU in ${context.region}`, granted: granted / 1_000, needed, action });
    return { ...look, needed: `${look.needed}, ${together} if all its services are at their maximum at once` };
  },
};

async function readQuota(context: GoogleContext, url: string): Promise<QuotaInfo> {
  try {
    return await context.ask<QuotaInfo>(url);
  } catch (error) {
    if (!(error instanceof RestError) || error.code !== 'SERVICE_DISABLED') throw error;
    throw new RestError(
      412,
      error.code,
      `enable it: gcloud services enable cloudquotas.googleapis.com --project ${context.project}`,
    );
  }
}

/** The database outlives a destroyed stage, and bucket names are globally unique. */
export const names: GoogleCheck = {
  name: 'names-free',
  permissions: [{ action: 'datastore.databases.getMetadata' }, { action: 'storage.buckets.get' }],
  look: async (context) => {
    const { project: id, stage } = context;
    const buckets = ['storefront', 'sources'].map((thing) => bucketName(id, stage.name, thing));
    const database = physicalName(stage.name, 'store');
    const questions = [
      [database, `https://firestore.googleapis.com/v1/projects/${id}/databases/${database}`] as const,
      ...buckets.map((name) => [name, `https://storage.googleapis.com/storage/v1/b/${name}`] as const),
    ];
    const found = (
      await Promise.all(questions.map(async ([name, url]) => ((await isFree(context, url)) ? [] : [name])))
    ).flat();
    const { taken, advice } = await context.withoutOwn(found);
    const action = `An earlier deploy left them: import or delete them (docs/deploying/google.md).${advice}`;
    return judgeNames(
      'names',
      questions.map(([name]) => name),
      taken,
      action,
    );
  },
};

/** An API that was never enabled has no resources. */
async function isFree(context: GoogleContext, url: string): Promise<boolean> {
  try {
    await context.ask(url);
    return false;
  } catch (error) {
    if (isMissing(error) || (error instanceof RestError && error.code === 'SERVICE_DISABLED')) return true;
    throw error;
  }
}
