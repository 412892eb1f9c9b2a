import { CdnFrontdoorCustomDomain } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-custom-domain/index.js';
import { CdnFrontdoorEndpoint } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-endpoint/index.js';
import { CdnFrontdoorFirewallPolicy } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-firewall-policy/index.js';
import { CdnFrontdoorOrigin } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-origin/index.js';
import { CdnFrontdoorOriginGroup } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-origin-group/index.js';
import type { CdnFrontdoorProfile } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-profile/index.js';
import { CdnFrontdoorRoute } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-route/index.js';
import { CdnFrontdoorSecurityPolicy } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-security-policy/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import {
  type BehaviorRow,
  behaviorRows,
  cachePolicyRows,
  ownOrigins,
  storefrontOrigin,
} from '../../model/edge/edge-rows.ts';
import { rateRows } from '../../model/edge/perimeter-rows.ts';
import { apiServices } from '../../model/services.ts';
import type { WebAclSettings } from '../../model/stages/stage-settings.ts';
import type { CommonInputs } from '../inputs.ts';
import type { Functions } from './functions.ts';
import { type Place, storageRules } from './location.ts';
import { EdgeRules, type OriginGroup } from './rules.ts';

export interface EdgeProps {
  readonly place: Place;
  readonly profile: CdnFrontdoorProfile;
  readonly functions: Functions;
  readonly inputs: CommonInputs;
  /** Object id of the identity that publishes the page. */
  readonly publisherId: string;
}

interface OriginIds extends OriginGroup {
  readonly origin: string;
}

/** Front Door in front of page and API, with the same paths and cache times as the other CDNs. */
export class Edge extends Construct {
  readonly storefront: StorageAccount;
  private readonly props: EdgeProps;
  /** The stage's custom domain; empty without one. */
  private readonly domainIds: string[];

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    this.props = props;
    const { place, profile, functions } = props;
    this.domainIds = this.addDomain();
    this.storefront = this.addStorefront();
    const endpoint = new CdnFrontdoorEndpoint(this, 'Endpoint', {
      name: `${place.stage.name}-shop-${place.suffix}`,
      cdnFrontdoorProfileId: profile.id,
    });
    const groups = new Map([
      ...apiServices.map((service) => [service, this.addOrigin(service, functions.hostNameOf(service))] as const),
      [storefrontOrigin, this.addOrigin(storefrontOrigin, this.storefront.primaryWebHost)] as const,
    ]);
    const rows = behaviorRows(ownOrigins);
    const rules = new EdgeRules(this, 'Rules', {
      ...props,
      writes: findGroup(groups, ownOrigins.stock),
      reads: rows.filter(hasInnerStar).map(({ pattern, originId }) => ({ pattern, ...findGroup(groups, originId) })),
    });
    for (const row of rows)
      if (!hasInnerStar(row)) this.addRoute(row, endpoint, findGroup(groups, row.originId), rules);
    const { webAcl } = place.stage.edge;
    if (webAcl) this.addFirewall(webAcl, endpoint);
    new TerraformOutput(this, 'EdgeUrl', { value: `https://${endpoint.hostName}`, staticId: true });
  }

  /** Front Door validates it by a DNS record that the zone's owner must add. */
  private addDomain(): string[] {
    const { domain } = this.props.place.stage.edge;
    if (!domain) return [];
    const { id } = new CdnFrontdoorCustomDomain(this, 'Domain', {
      name: 'shop',
      cdnFrontdoorProfileId: this.props.profile.id,
      hostName: domain.name,
      tls: { certificateType: 'ManagedCertificate' },
    });
    return [id];
  }

  private addOrigin(name: string, hostName: string): OriginIds {
    const group = new CdnFrontdoorOriginGroup(this, `${name}-group`, {
      name,
      cdnFrontdoorProfileId: this.props.profile.id,
      loadBalancing: {},
    });
    const origin = new CdnFrontdoorOrigin(this, `${name}-origin`, {
      name,
      cdnFrontdoorOriginGroupId: group.id,
      enabled: true,
      hostName,
      originHostHeader: hostName,
      certificateNameCheckEnabled: true,
      httpPort: 80,
      httpsPort: 443,
    });
    return { group: group.id, origin: origin.id, made: [group, origin] };
  }

  private addRoute(row: BehaviorRow, endpoint: CdnFrontdoorEndpoint, target: OriginIds, rules: EdgeRules): void {
    const policy = cachePolicyRows(this.props.place.stage).find(({ name }) => name === row.cachePolicy);
    const cached = policy !== undefined && policy.maxSeconds > 0;
    new CdnFrontdoorRoute(this, `route-${row.pattern.replaceAll(/[^a-z]/g, '') || 'page'}`, {
      name: row.pattern.replaceAll(/[^a-z]/g, '') || 'page',
      cdnFrontdoorEndpointId: endpoint.id,
      cdnFrontdoorOriginGroupId: target.group,
      cdnFrontdoorOriginIds: [target.origin],
      patternsToMatch: toPatterns(row.pattern),
      supportedProtocols: row.viewers === 'https-only' ? ['Https'] : ['Http', 'Https'],
      httpsRedirectEnabled: row.viewers !== 'https-only',
      forwardingProtocol: 'HttpsOnly',
      linkToDefaultDomain: true,
      cdnFrontdoorCustomDomainIds: this.domainIds,
      cdnFrontdoorRuleSetIds: [rules.setFor(row)],
      // Without this block Front Door caches nothing; with it the origin's Cache-Control decides.
      ...(cached && {
        cache: {
          queryStringCachingBehavior: policy.query.length > 0 ? 'IncludeSpecifiedQueryStrings' : 'IgnoreQueryString',
          ...(policy.query.length > 0 && { queryStrings: [...policy.query] }),
          compressionEnabled: row.compress,
          ...(row.compress && { contentTypesToCompress: compressed }),
        },
      }),
    });
  }

  /** The account of the static website. `npm run publish` switches it on: only the data plane has the switch. */
  private addStorefront(): StorageAccount {
    const { place, publisherId } = this.props;
    const account = new StorageAccount(this, 'Storefront', {
      ...storageRules(place, 'page'),
      accountReplicationType: 'ZRS',
    });
    new RoleAssignment(this, 'Publisher', {
      scope: account.id,
      roleDefinitionName: 'Storage Blob Data Contributor',
      principalId: publisherId,
      // Keeps the identity that applied first: a workflow applies as another one, which may not grant roles.
      ...(place.stage.deploy && { lifecycle: { ignoreChanges: ['principal_id'] } }),
    });
    return account;
  }

  private addFirewall(webAcl: WebAclSettings, endpoint: CdnFrontdoorEndpoint): void {
    const { place, profile } = this.props;
    const policy = new CdnFrontdoorFirewallPolicy(this, 'Wall', {
      name: `wall${place.stage.name.replaceAll(/[^a-z0-9]/g, '')}`,
      resourceGroupName: place.resourceGroupName,
      skuName: profile.skuName,
      mode: 'Prevention',
      // Front Door counts per IP address.
      customRule: rateRows(webAcl).map(({ name, limit, path }, index) => ({
        name: name.replaceAll('-', ''),
        type: 'RateLimitRule',
        action: 'Block',
        priority: index + 1,
        rateLimitDurationInMinutes: 5,
        rateLimitThreshold: limit,
        matchCondition: [
          path === undefined
            ? { matchVariable: 'SocketAddr', operator: 'IPMatch', matchValues: ['0.0.0.0/0', '::/0'] }
            : { matchVariable: 'RequestUri', operator: 'Contains', matchValues: [path] },
        ],
      })),
      managedRule: [
        { type: 'Microsoft_DefaultRuleSet', version: '2.1', action: 'Block' },
        { type: 'Microsoft_BotManagerRuleSet', version: '1.1', action: 'Block' },
      ],
    });
    new CdnFrontdoorSecurityPolicy(this, 'WallAtEndpoint', {
      name: 'wall',
      cdnFrontdoorProfileId: profile.id,
      securityPolicies: {
        firewall: {
          cdnFrontdoorFirewallPolicyId: policy.id,
          association: {
            domain: [endpoint.id, ...this.domainIds].map((cdnFrontdoorDomainId) => ({ cdnFrontdoorDomainId })),
            patternsToMatch: ['/*'],
          },
        },
      },
    });
  }
}

const compressed = ['application/json', 'application/problem+json', 'text/html', 'text/css', 'text/javascript'];

function findGroup(groups: ReadonlyMap<string, OriginIds>, originId: string): OriginIds {
  const found = groups.get(originId);
  if (!found) throw new Error(`origin: must be one of ${[...groups.keys()].join(', ')}, got '${originId}'`);
  return found;
}

/**
 * Whether a star is inside the pattern. A route's own pattern may only end in one, so such a path becomes a rule of the
 * enclosing route.
 */
const hasInnerStar = ({ pattern }: BehaviorRow): boolean => pattern.slice(0, -1).includes('*');

/** `/orders*` becomes `/orders` and `/orders/*`: Front Door has no wildcard inside a segment. */
function toPatterns(pattern: string): string[] {
  if (pattern === '*') return ['/*'];
  if (pattern.endsWith('/*') || !pattern.endsWith('*')) return [pattern];
  return [pattern.slice(0, -1), `${pattern.slice(0, -1)}/*`];
}
