import { decodeJwt } from 'jose';
import { flexCores } from '../../../../stacks/model/clouds/azure-host.ts';
import {
  accountNames,
  appName,
  groupName,
  resourceProviders,
  vaultName,
} from '../../../../stacks/model/clouds/azure-names.ts';
import { cloudServices } from '../../../../stacks/model/clouds/scaling.ts';
import { type Check, failed, judgeNames, judgeRoom, notNeeded, ok, unknown } from '../check.ts';
import { isMissing } from '../rest.ts';
import { judgeSignIn } from '../rest-context.ts';
import { type AzureContext, signIn, toRegion } from './context.ts';

type AzureCheck = Check<AzureContext>;
interface List<Item> {
  readonly value?: readonly Item[];
  readonly nextLink?: string;
}
const nextLink = (page: List<unknown>): string | undefined => page.nextLink || undefined;

const itemsOf = async <Item>(context: AzureContext, path: string): Promise<Item[]> =>
  (await context.askAll<List<Item>>(context.inSubscription(path), nextLink)).flatMap(({ value = [] }) => value);

/** A gate: without it every other call fails in the same way. */
export const credentials: AzureCheck = {
  name: 'credentials',
  permissions: [{ action: 'Microsoft.Resources/subscriptions/read' }],
  look: async (context) => {
    try {
      const { upn, unique_name: name, appid } = decodeJwt(await context.token());
      const who = String(upn ?? name ?? appid ?? 'an unknown user');
      if (context.subscription === '') return failed(who, 'a subscription', 'Set subscription_id, or pass --account.');
      const { account } = context.options;
      if (account !== undefined && account !== context.subscription)
        return failed(
          `${who}, subscription_id ${context.subscription}`,
          `subscription ${account}`,
          'Correct the variable.',
        );
      const path = context.inSubscription('?api-version=2022-12-01');
      const { displayName, state } = await context.ask<{ displayName?: string; state?: string }>(path);
      const found = `${who} in ${displayName}, ${state}`;
      const needed = 'a sign-in, and an enabled subscription';
      return state === 'Enabled' ? ok(found, needed) : failed(found, needed, 'Enable it, or use another subscription.');
    } catch (error) {
      if (isMissing(error))
        return failed(
          `no subscription ${context.subscription} of yours`,
          'a subscription',
          'Correct subscription_id, or sign in to its tenant.',
        );
      return judgeSignIn(error, signIn);
    }
  },
};

export const region: AzureCheck = {
  name: 'region',
  permissions: [{ action: 'Microsoft.Web/geoRegions/Read' }],
  look: async (context) => {
    const there = await itemsOf<{ name?: string }>(
      context,
      '/providers/Microsoft.Web/geoRegions?sku=FlexConsumption&api-version=2024-04-01',
    );
    const regions = there.map(({ name = '' }) => toRegion(name));
    const needed = 'a region with Flex Consumption';
    if (regions.length === 0) return unknown('no region in the answer', needed, 'Run it again.');
    return regions.includes(context.location)
      ? ok(context.location, needed)
      : failed(`${context.location} has none`, needed, `Set location to one of ${regions.join(', ')}.`);
  },
};

/** Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const roleIds = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  accessAdministrator: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  roleAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
} as const;

/** The stack creates resources, and assigns roles on them. */
export const roles: AzureCheck = {
  name: 'roles',
  permissions: [{ action: 'Microsoft.Authorization/roleAssignments/read' }],
  look: async (context) => {
    const { oid } = decodeJwt(await context.token());
    const needed = 'Owner, or Contributor and User Access Administrator';
    if (typeof oid !== 'string') return unknown('the token names no identity', needed, signIn);
    const filter = encodeURIComponent(`assignedTo('${oid}')`);
    const path = `/providers/Microsoft.Authorization/roleAssignments?$filter=${filter}&api-version=2022-04-01`;
    const assigned = await itemsOf<{ properties?: { roleDefinitionId?: string; scope?: string } }>(context, path);
    const wide = assigned.filter(({ properties = {} }) => !/\/resourceGroups\//i.test(properties.scope ?? ''));
    const has = (...names: readonly (keyof typeof roleIds)[]) =>
      names.some((name) => wide.some(({ properties }) => properties?.roleDefinitionId?.endsWith(roleIds[name])));
    const enough = has('owner') || (has('contributor') && has('accessAdministrator', 'roleAdministrator'));
    const held = Object.keys(roleIds).filter((name) => has(name as keyof typeof roleIds));
    const found = held.length === 0 ? 'none of these on the subscription' : held.join(', ');
    return enough ? ok(found, needed) : failed(found, needed, 'Ask an owner of the subscription for the role.');
  },
};

/** Terraform registers missing providers. A provider that is being unregistered rejects resources. */
export const providers: AzureCheck = {
  name: 'resource-providers',
  permissions: [{ action: 'Microsoft.Resources/subscriptions/providers/read' }],
  look: async (context) => {
    const all = await itemsOf<{ namespace?: string; registrationState?: string }>(
      context,
      '/providers?api-version=2021-04-01',
    );
    const states = new Map(
      all.map(({ namespace = '', registrationState = '' }) => [namespace.toLowerCase(), registrationState]),
    );
    const found = resourceProviders.map((name) => [name, states.get(name.toLowerCase()) ?? 'unknown'] as const);
    const needed = `${resourceProviders.length} registered, or to be registered by the apply`;
    const stuck = found.filter(([, state]) => state === 'Unregistering' || state === 'unknown');
    if (stuck.length > 0)
      return failed(
        stuck.map(([name, state]) => `${name} is ${state}`).join('\n'),
        needed,
        stuck.map(([name]) => `az provider register --namespace ${name}`).join('\n'),
      );
    const later = found.filter(([, state]) => state !== 'Registered').map(([name]) => name);
    return ok(later.length === 0 ? 'all' : `all but ${later.join(', ')}: the apply registers them`, needed);
  },
};

export const storageQuota: AzureCheck = {
  name: 'storage-accounts',
  permissions: [{ action: 'Microsoft.Storage/locations/usages/read' }],
  look: async (context) => {
    const path = `/providers/Microsoft.Storage/locations/${context.location}/usages?api-version=2023-05-01`;
    const usages = await itemsOf<{ name?: { value?: string }; currentValue?: number; limit?: number }>(context, path);
    const usage = usages.find(({ name }) => name?.value === 'StorageAccounts');
    const needed = accountNames(context.stage, context.value('suffix')).length;
    if (usage?.limit === undefined)
      return unknown('no number in the answer', `${needed} for this stage`, 'Run it again.');
    const action = 'Ask for more: Azure portal, Quotas, Storage.';
    return judgeRoom({ what: 'storage accounts', granted: usage.limit, used: usage.currentValue ?? 0, needed, action });
  },
};

/** All instances in a region share this quota: an app without free cores does not scale. */
export const cores: AzureCheck = {
  name: 'flex-cores',
  permissions: [{ action: 'Microsoft.Web/locations/usages/read' }],
  look: async (context) => {
    const path = `/providers/Microsoft.Web/locations/${context.location}/usages?api-version=2024-04-01`;
    const usages = await itemsOf<{ name?: { value?: string }; currentValue?: number; limit?: number }>(context, path);
    const usage = usages.find(({ name }) => /cores/i.test(name?.value ?? ''));
    const needed = flexCores(context.stage);
    const action = 'Ask for more with a support request: Service and subscription limits, Function or Web App.';
    if (usage?.limit === undefined)
      return unknown('no cores in the answer', `${needed} for this stage`, `A new subscription has 250. ${action}`);
    return judgeRoom({ what: 'cores', granted: usage.limit, used: usage.currentValue ?? 0, needed, action });
  },
};

/** A group that is not in Terraform's state must be imported first. */
export const group: AzureCheck = {
  name: 'group-free',
  permissions: [{ action: 'Microsoft.Resources/subscriptions/resourceGroups/read' }],
  look: async (context) => {
    const name = groupName(context.stage);
    const needed = `no resource group ${name}`;
    try {
      await context.ask(context.inSubscription(`/resourcegroups/${name}?api-version=2021-04-01`));
    } catch (error) {
      if (isMissing(error)) return ok('none', needed);
      throw error;
    }
    const { taken, advice } = await context.withoutOwn([name]);
    if (taken.length === 0) return ok("it is this stage's own", needed);
    return failed(
      'it exists',
      needed,
      `An earlier deploy left it: import or delete it (docs/deploying/azure.md).${advice}`,
    );
  },
};

interface Availability {
  readonly nameAvailable?: boolean;
}

/** Host names, which are globally unique. */
export const names: AzureCheck = {
  name: 'names-free',
  permissions: [
    { action: 'Microsoft.Storage/checknameavailability/read' },
    { action: 'Microsoft.Web/checknameavailability/read' },
    { action: 'Microsoft.KeyVault/checkNameAvailability/read' },
  ],
  look: async (context) => {
    const suffix = context.value('suffix');
    if (suffix === '') return notNeeded("nothing yet: the line 'variables' reports the missing suffix");
    const accounts = accountNames(context.stage, suffix);
    const apps = cloudServices.map((service) => appName(context.stage, suffix, service));
    const questions = [
      ...accounts.map(
        (name) =>
          [name, 'Storage/checkNameAvailability?api-version=2023-05-01', 'Microsoft.Storage/storageAccounts'] as const,
      ),
      [
        vaultName(context.stage, suffix),
        'KeyVault/checkNameAvailability?api-version=2023-07-01',
        'Microsoft.KeyVault/vaults',
      ] as const,
      ...apps.map((name) => [name, 'Web/checknameavailability?api-version=2024-04-01', 'Microsoft.Web/sites'] as const),
    ];
    const answers = await Promise.all(
      questions.map(async ([name, path, type]) => {
        const url = context.inSubscription(`/providers/Microsoft.${path}`);
        return { name, free: (await context.ask<Availability>(url, { name, type })).nameAvailable };
      }),
    );
    const { taken, advice } = await context.withoutOwn(
      answers.filter(({ free }) => free !== true).map(({ name }) => name),
    );
    return judgeNames(
      'names',
      answers.map(({ name }) => name),
      taken,
      `Choose another suffix, or wait until a deleted one is free.${advice}`,
    );
  },
};
