import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address/index.js';
import { ComputeGlobalForwardingRule } from '@cdktf/provider-google/lib/compute-global-forwarding-rule/index.js';
import { ComputeManagedSslCertificate } from '@cdktf/provider-google/lib/compute-managed-ssl-certificate/index.js';
import { ComputeSslPolicy } from '@cdktf/provider-google/lib/compute-ssl-policy/index.js';
import { ComputeTargetHttpProxy } from '@cdktf/provider-google/lib/compute-target-http-proxy/index.js';
import { ComputeTargetHttpsProxy } from '@cdktf/provider-google/lib/compute-target-https-proxy/index.js';
import {
  ComputeUrlMap,
  type ComputeUrlMapPathMatcherRouteRulesMatchRules,
} from '@cdktf/provider-google/lib/compute-url-map/index.js';
import { Fn, TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import type { ApiService } from '../../../functions/contracts/routes.ts';
import { behaviorRows, ownOrigins, storefrontOrigin } from '../../model/edge/edge-rows.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

export interface LoadBalancerProps {
  readonly stage: Stage;
  readonly domain: string;
  readonly backends: Readonly<Record<ApiService, string>>;
  /** The page's backend. */
  readonly storefront: string;
}

const writes = ['PUT', 'POST', 'DELETE', 'PATCH'];

/** One IP address, its certificate, and the path routing, from the same table as the other CDNs. */
export class LoadBalancer extends Construct {
  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const name = physicalName(props.stage.name, 'edge');
    const address = new ComputeGlobalAddress(this, 'Address', { name });
    const certificate = new ComputeManagedSslCertificate(this, 'Certificate', {
      // A certificate per domain: the proxy uses the previous one until this one exists.
      name: `${name}-${Fn.substr(Fn.sha256(props.domain), 0, 8)}`,
      managed: { domains: [props.domain] },
      lifecycle: { createBeforeDestroy: true },
    });
    const https = new ComputeTargetHttpsProxy(this, 'Https', {
      name,
      urlMap: this.paths(name, props).id,
      sslCertificates: [certificate.id],
      sslPolicy: new ComputeSslPolicy(this, 'Tls', { name, profile: 'MODERN', minTlsVersion: 'TLS_1_2' }).id,
    });
    const http = new ComputeTargetHttpProxy(this, 'Http', { name, urlMap: this.redirect(name).id });
    const forward = (target: string, port: string) =>
      new ComputeGlobalForwardingRule(this, `Port${port}`, {
        name: `${name}-${port}`,
        loadBalancingScheme: 'EXTERNAL_MANAGED',
        ipAddress: address.id,
        portRange: port,
        target,
      });
    forward(https.id, '443');
    forward(http.id, '80');
    new TerraformOutput(this, 'EdgeAddress', { value: address.address, staticId: true });
  }

  /** Cloud CDN cannot route by method, so the load balancer routes product writes before it. */
  private paths(name: string, { domain, backends, storefront }: LoadBalancerProps): ComputeUrlMap {
    const backendOf = (originId: string) =>
      originId === storefrontOrigin ? storefront : (backends[originId as ApiService] ?? storefront);
    const [, ...others] = behaviorRows(ownOrigins);
    const rules = others.map((row, index) => ({
      priority: 20 + index,
      service: backendOf(row.originId),
      matchRules: [toMatch(row.pattern)],
    }));
    const admin = {
      priority: 10,
      service: backends.stock,
      matchRules: writes.map((method) => ({
        ...toMatch('/products*'),
        headerMatches: [{ headerName: ':method', exactMatch: method }],
      })),
    };
    return new ComputeUrlMap(this, 'Paths', {
      name,
      defaultService: storefront,
      hostRule: [{ hosts: [domain], pathMatcher: 'shop' }],
      pathMatcher: [{ name: 'shop', defaultService: storefront, routeRules: [admin, ...rules] }],
    });
  }

  private redirect(name: string): ComputeUrlMap {
    return new ComputeUrlMap(this, 'Redirect', {
      name: `${name}-redirect`,
      defaultUrlRedirect: { httpsRedirect: true, redirectResponseCode: 'MOVED_PERMANENTLY_DEFAULT', stripQuery: false },
    });
  }
}

/** `/orders*` is a prefix match; a star inside stands for one segment; without a star, a full match. */
export function toMatch(pattern: string): ComputeUrlMapPathMatcherRouteRulesMatchRules {
  if (pattern.endsWith('*')) return { prefixMatch: pattern.slice(0, -1) };
  return pattern.includes('*') ? { pathTemplateMatch: pattern } : { fullPathMatch: pattern };
}
