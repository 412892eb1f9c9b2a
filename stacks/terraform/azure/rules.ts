import type { CdnFrontdoorProfile } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-profile/index.js';
import { CdnFrontdoorRule } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-rule/index.js';
import { CdnFrontdoorRuleSet } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-rule-set/index.js';
import { Construct } from 'constructs';
import { type BehaviorRow, headersPolicyRows } from '../../model/edge/edge-rows.ts';
import { originSecretHeader } from '../../model/edge/origin-secret-name.ts';
import type { CommonInputs } from '../inputs.ts';

export interface EdgeRulesProps {
  readonly profile: CdnFrontdoorProfile;
  readonly inputs: CommonInputs;
  /** The origin group for admins' writes. */
  readonly stockGroupId: string;
}

/** Rules for response headers, the origin secret, and the routing of product writes. */
export class EdgeRules extends Construct {
  private readonly props: EdgeRulesProps;
  private readonly sets: ReadonlyMap<string, CdnFrontdoorRuleSet>;

  constructor(scope: Construct, id: string, props: EdgeRulesProps) {
    super(scope, id);
    this.props = props;
    const rows = headersPolicyRows([props.inputs.issuer]);
    this.sets = new Map(
      ['pages', 'api', 'products'].map((name) => [
        name,
        this.addSet(
          name,
          rows.find((row) => row.name === `${name === 'pages' ? 'pages' : 'api'}-headers`)?.contentSecurityPolicy ?? '',
        ),
      ]),
    );
  }

  setFor(row: BehaviorRow): string {
    const name = row.pattern === '/products*' ? 'products' : row.headersPolicy === 'pages-headers' ? 'pages' : 'api';
    return this.sets.get(name)?.id ?? '';
  }

  private addSet(name: string, contentSecurityPolicy: string): CdnFrontdoorRuleSet {
    const set = new CdnFrontdoorRuleSet(this, name, { name, cdnFrontdoorProfileId: this.props.profile.id });
    const over = (headerName: string, value: string) => ({ headerAction: 'Overwrite', headerName, value });
    // Front Door allows five actions per rule.
    new CdnFrontdoorRule(this, `${name}-headers`, {
      name: 'headers',
      order: 1,
      cdnFrontdoorRuleSetId: set.id,
      behaviorOnMatch: 'Continue',
      actions: {
        responseHeaderAction: [
          over('Content-Security-Policy', contentSecurityPolicy),
          over('X-Content-Type-Options', 'nosniff'),
          over('X-Frame-Options', 'DENY'),
          over('Referrer-Policy', 'no-referrer'),
          over('Strict-Transport-Security', 'max-age=31536000; includeSubDomains'),
        ],
      },
    });
    if (name !== 'pages') this.addSecret(name, set);
    if (name === 'products') this.addWrites(set);
    return set;
  }

  private addSecret(name: string, set: CdnFrontdoorRuleSet): void {
    new CdnFrontdoorRule(this, `${name}-secret`, {
      name: 'secret',
      order: 2,
      cdnFrontdoorRuleSetId: set.id,
      behaviorOnMatch: 'Continue',
      actions: {
        requestHeaderAction: [
          { headerAction: 'Overwrite', headerName: originSecretHeader, value: this.props.inputs.originSecret },
        ],
      },
    });
  }

  private addWrites(set: CdnFrontdoorRuleSet): void {
    new CdnFrontdoorRule(this, 'writes', {
      name: 'writes',
      order: 3,
      cdnFrontdoorRuleSetId: set.id,
      behaviorOnMatch: 'Stop',
      conditions: { requestMethodCondition: [{ operator: 'Equal', matchValues: ['PUT', 'POST', 'DELETE'] }] },
      actions: {
        routeConfigurationOverrideAction: {
          cdnFrontdoorOriginGroupId: this.props.stockGroupId,
          forwardingProtocol: 'HttpsOnly',
          cacheBehavior: 'Disabled',
        },
      },
    });
  }
}
