import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl/index.js';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration/index.js';
import { Construct } from 'constructs';
import { managedGroups, type RateRow, rateRows, redactedHeaders } from '../../../model/edge/perimeter-rows.ts';
import { physicalName } from '../../../model/names.ts';
import { webAclLogs } from '../../../model/needs/fixed-names.ts';
import type { Stage, WebAclSettings } from '../../../model/stages/stage-settings.ts';
import { output } from '../outputs.ts';
import { addCertificate } from './certificate.ts';

/** The distribution's web ACL and the certificate of the stage's domain, in us-east-1. */
export class Perimeter extends Construct {
  readonly webAclArn: string | undefined;
  readonly certificateArn: string | undefined;

  constructor(scope: Construct, id: string, { stage, provider }: { stage: Stage; provider: AwsProvider }) {
    super(scope, id);
    const { webAcl, domain } = stage.edge;
    if (webAcl) {
      this.webAclArn = this.addWebAcl(stage, webAcl, provider);
      output(this, 'WebAclArn', this.webAclArn);
    }
    if (domain) {
      this.certificateArn = addCertificate(this, domain, provider);
      output(this, 'CertificateArn', this.certificateArn);
    }
  }

  private addWebAcl(stage: Stage, settings: WebAclSettings, provider: AwsProvider): string {
    const name = physicalName(stage.name, 'edge');
    const rates = rateRows(settings);
    const acl = new Wafv2WebAcl(this, 'WebAcl', {
      provider,
      name,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      // In snake_case, as in the JSON file: the bindings have no type for a rule's statement.
      rule: [...rates.map(rateRule), ...managedGroups.map((group, at) => managedRule(group, at + rates.length))],
    });
    if (settings.log) this.logBlockedRequests(stage, acl.arn, provider);
    return acl.arn;
  }

  /** Logs blocked requests only. */
  private logBlockedRequests(stage: Stage, aclArn: string, provider: AwsProvider): void {
    const logs = new CloudwatchLogGroup(this, 'Logs', {
      provider,
      // WAF requires this prefix.
      name: webAclLogs(stage),
      retentionInDays: stage.logRetentionDays,
      lifecycle: { preventDestroy: stage.keepData },
    });
    new Wafv2WebAclLoggingConfiguration(this, 'Logging', {
      provider,
      resourceArn: aclArn,
      logDestinationConfigs: [logs.arn],
      redactedFields: redactedHeaders.map((name) => ({ singleHeader: { name } })),
      loggingFilter: {
        defaultBehavior: 'DROP',
        filter: [{ behavior: 'KEEP', requirement: 'MEETS_ANY', condition: [{ actionCondition: { action: 'BLOCK' } }] }],
      },
    });
  }
}

const visible = (metricName: string) => ({ cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true });

function managedRule(group: (typeof managedGroups)[number], priority: number) {
  return {
    name: group,
    priority,
    overrideAction: { none: {} },
    statement: { managed_rule_group_statement: { vendor_name: 'AWS', name: group } },
    visibilityConfig: visible(group),
  };
}

function rateRule({ name, limit, path }: RateRow, priority: number) {
  const scope_down_statement = {
    byte_match_statement: {
      search_string: path,
      field_to_match: { uri_path: {} },
      positional_constraint: 'STARTS_WITH',
      text_transformation: [{ priority: 0, type: 'NONE' }],
    },
  };
  return {
    name,
    priority,
    action: {
      block: { customResponse: { responseCode: 429, responseHeader: [{ name: 'retry-after', value: '60' }] } },
    },
    statement: {
      rate_based_statement: {
        limit,
        evaluation_window_sec: 300,
        aggregate_key_type: 'IP',
        ...(path !== undefined && { scope_down_statement }),
      },
    },
    visibilityConfig: visible(name),
  };
}
