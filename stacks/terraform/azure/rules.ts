import type { CdnFrontdoorProfile } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-profile/index.js';
import { CdnFrontdoorRule } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-rule/index.js';
import { CdnFrontdoorRuleSet } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-rule-set/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type BehaviorRow, headersPolicyRows } from '../../model/edge/edge-rows.ts';
import { originSecretHeader } from '../../model/edge/origin-secret-name.ts';
import type { CommonInputs } from '../inputs.ts';

/** A rule that names an origin group needs the group's origin to exist first. */
export interface OriginGroup {
  readonly group: string;
  readonly made: readonly ITerraformDependable[];
}

/** Reads below the products that another service answers. */
export interface ReadsElsewhere extends OriginGroup {
  readonly pattern: string;
}

export interface EdgeRulesProps {
  readonly profile: CdnFrontdoorProfile;
  readonly inputs: CommonInputs;
  /** Target of the administrators' writes. */
  readonly writes: OriginGroup;
  readonly reads: readonly ReadsElsewhere[];
}

interface RuleProps {
  readonly name: string;
  readonly order: number;
  readonly behaviour: 'Continue' | 'Stop';
  readonly conditions?: object;
  readonly actions: object;
}

/** Rules for response headers, the origin secret, and the routing of products by method and path. */
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
    // Front Door allows five actions per rule.
    this.addRule(`${name}-headers`, set, {
      name: 'headers',
      order: 1,
      behaviour: 'Continue',
      actions: {
        modify_response_header: [
          overwrite('Content-Security-Policy', contentSecurityPolicy),
          overwrite('X-Content-Type-Options', 'nosniff'),
          overwrite('X-Frame-Options', 'DENY'),
          overwrite('Referrer-Policy', 'no-referrer'),
          overwrite('Strict-Transport-Security', 'max-age=31536000; includeSubDomains'),
        ],
      },
    });
    if (name !== 'pages')
      this.addRule(`${name}-secret`, set, {
        name: 'secret',
        order: 2,
        behaviour: 'Continue',
        actions: { modify_request_header: [overwrite(originSecretHeader, this.props.inputs.originSecret)] },
      });
    if (name === 'products') this.addProductRules(set);
    return set;
  }

  private addProductRules(set: CdnFrontdoorRuleSet): void {
    const { writes, reads } = this.props;
    this.addRule('writes', set, {
      name: 'writes',
      order: 3,
      behaviour: 'Stop',
      conditions: { request_method: [{ operator: 'Equal', values: ['PUT', 'POST', 'DELETE'] }] },
      actions: toOrigin(writes, { behaviour: 'Disabled' }),
    });
    for (const [index, { pattern, ...target }] of reads.entries()) {
      const name = pattern.replaceAll(/[^a-z]/g, '');
      this.addRule(name, set, {
        ...{ name, order: 4 + index },
        behaviour: 'Stop',
        conditions: { request_path: [{ operator: 'Wildcard', values: [pattern.slice(1)] }] },
        actions: toOrigin(target, readCaching),
      });
    }
  }

  /** Uses azurerm 5's names for the arguments: the bindings describe version 4, whose names no longer exist. */
  private addRule(
    id: string,
    set: CdnFrontdoorRuleSet,
    { name, order, behaviour, conditions, actions }: RuleProps,
  ): void {
    const rule = new CdnFrontdoorRule(this, id, {
      ...{ name, order },
      cdnFrontdoorRuleSetId: set.id,
      actions: {},
      dependsOn: [this.props.writes, ...this.props.reads].flatMap(({ made }) => [...made]),
    });
    rule.addOverride('behaviour_on_match', behaviour);
    rule.addOverride('actions', actions);
    if (conditions) rule.addOverride('conditions', conditions);
  }
}

/** As in the routes: the origin's Cache-Control decides. */
const readCaching = {
  behaviour: 'HonorOrigin',
  query_string_behaviour: 'IgnoreQueryString',
  compression_enabled: true,
};

const toOrigin = ({ group }: OriginGroup, caching: object) => ({
  route_configuration_override: {
    origin_group: { cdn_frontdoor_origin_group_id: group, forwarding_protocol: 'HttpsOnly' },
    caching,
  },
});

const overwrite = (header_name: string, header_value: string) => ({ operator: 'Overwrite', header_name, header_value });
