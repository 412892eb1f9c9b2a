import {
  type CachePolicySummary,
  ListCachePoliciesCommand,
  ListOriginRequestPoliciesCommand,
  ListResponseHeadersPoliciesCommand,
} from '@aws-sdk/client-cloudfront';
import { awsQuotas } from '../../../../stacks/model/needs/aws-quotas.ts';
import { edgePolicyNames } from '../../../../stacks/model/needs/fixed-names.ts';
import { type Check, failed, judgeRoom, type Look, notNeeded } from '../check.ts';
import { type AwsContext, readOwn } from './context.ts';
import { askFor, listQuotas, notListed } from './quotas.ts';

type AwsCheck = Check<AwsContext>;

interface Policy {
  readonly id: string;
  readonly name: string;
}
interface Page {
  readonly policies: readonly Policy[];
  readonly next: string | undefined;
}
type ReadPage = (context: AwsContext, Marker: string | undefined) => Promise<Page>;

const toPolicy = (id: string | undefined, name: string | undefined): Policy => ({ id: id ?? '', name: name ?? '' });
const custom = { Type: 'custom' } as const;

const readCache: ReadPage = async (context, Marker) => {
  const { CachePolicyList: list } = await context
    .edge()
    .cloudfront.send(new ListCachePoliciesCommand({ ...custom, Marker }));
  const items: readonly CachePolicySummary[] = list?.Items ?? [];
  return {
    policies: items.map(({ CachePolicy: one }) => toPolicy(one?.Id, one?.CachePolicyConfig?.Name)),
    next: list?.NextMarker,
  };
};

const readRequests: ReadPage = async (context, Marker) => {
  const command = new ListOriginRequestPoliciesCommand({ ...custom, Marker });
  const { OriginRequestPolicyList: list } = await context.edge().cloudfront.send(command);
  return {
    policies: (list?.Items ?? []).map(({ OriginRequestPolicy: one }) =>
      toPolicy(one?.Id, one?.OriginRequestPolicyConfig?.Name),
    ),
    next: list?.NextMarker,
  };
};

const readHeaders: ReadPage = async (context, Marker) => {
  const command = new ListResponseHeadersPoliciesCommand({ ...custom, Marker });
  const { ResponseHeadersPolicyList: list } = await context.edge().cloudfront.send(command);
  return {
    policies: (list?.Items ?? []).map(({ ResponseHeadersPolicy: one }) =>
      toPolicy(one?.Id, one?.ResponseHeadersPolicyConfig?.Name),
    ),
    next: list?.NextMarker,
  };
};

const kinds = {
  cache: {
    name: 'cache-policies',
    action: 'cloudfront:ListCachePolicies',
    read: readCache,
    quota: awsQuotas.cachePolicies,
  },
  requests: {
    name: 'request-policies',
    action: 'cloudfront:ListOriginRequestPolicies',
    read: readRequests,
    quota: awsQuotas.requestPolicies,
  },
  headers: {
    name: 'headers-policies',
    action: 'cloudfront:ListResponseHeadersPolicies',
    read: readHeaders,
    quota: awsQuotas.headersPolicies,
  },
} as const;

/** CloudFront's policies of one kind: the stage's fit into the quota, and their names are free. An account has few. */
const policies = (kind: keyof typeof kinds): AwsCheck => {
  const { name, action, read, quota } = kinds[kind];
  return {
    name,
    permissions: [{ action }, listQuotas, ...readOwn],
    look: async (context) => {
      const lack = context.lacks('cdn');
      if (lack) return notNeeded(`nothing on this engine: ${lack.reason}`);
      const needed = edgePolicyNames(context.stage, context.region)[kind];
      const there = await readAll(context, read);
      const same = there.filter((policy) => needed.includes(policy.name));
      const owned = same.length > 0 ? await context.owned() : new Set<string>();
      const taken = same.filter(({ id }) => !owned.has(id));
      if (taken.length > 0)
        return failed(
          `taken: ${taken.map((policy) => policy.name).join(', ')}`,
          `${needed.length} free names`,
          'Delete them, or take them over: another tool or an earlier deploy made them.',
        );
      return judgeCount(context, quota, there.length - same.length, needed.length);
    },
  };
};

async function judgeCount(
  context: AwsContext,
  quota: Parameters<typeof notListed>[0],
  used: number,
  needed: number,
): Promise<Look> {
  const lack = context.lacks('quotas');
  if (lack) return notNeeded(`nothing on this engine: ${lack.reason}`);
  const granted = await context.quota(quota);
  if (granted === undefined) return notListed(quota, needed);
  const action = `${askFor(quota, 'us-east-1', used + needed)}, or delete policies that nothing uses`;
  return judgeRoom({ what: quota.name.replace(' per aws account', ''), granted, used, needed, action });
}

async function readAll(context: AwsContext, read: ReadPage): Promise<Policy[]> {
  const found: Policy[] = [];
  let marker: string | undefined;
  do {
    const { policies, next } = await read(context, marker);
    found.push(...policies);
    marker = next || undefined;
  } while (marker !== undefined);
  return found;
}

const distributions: AwsCheck = {
  name: 'distributions',
  permissions: [{ action: 'cloudfront:ListDistributions' }, listQuotas, ...readOwn],
  look: async (context) => {
    const lack = context.lacks('cdn') ?? context.lacks('quotas');
    if (lack) return notNeeded(`nothing on this engine: ${lack.reason}`);
    const all = await context.distributions();
    const owned = await context.owned();
    const others = all.filter(({ Id = '' }) => !owned.has(Id)).length;
    const granted = await context.quota(awsQuotas.distributions);
    if (granted === undefined) return notListed(awsQuotas.distributions, 1);
    const action = askFor(awsQuotas.distributions, 'us-east-1', others + 1);
    return judgeRoom({ what: 'distributions', granted, used: others, needed: 1, action });
  },
};

export const edgeChecks: readonly AwsCheck[] = [
  policies('cache'),
  policies('requests'),
  policies('headers'),
  distributions,
];
