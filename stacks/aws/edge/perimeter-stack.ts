import { Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import {
  managedGroups,
  perimeterRegion,
  type RateRow,
  rateRows,
  redactedHeaders,
} from '../../model/edge/perimeter-rows.ts';
import { physicalName, stackName } from '../../model/names.ts';
import { webAclLogs } from '../../model/needs/fixed-names.ts';
import type { DomainSettings, Stage, WebAclSettings } from '../../model/stages/stage-settings.ts';
import { output } from '../outputs.ts';
import { importHostedZone } from './domain.ts';

export interface PerimeterStackProps extends StackProps {
  readonly stage: Stage;
}

/** The distribution's web ACL, and the certificate of the stage's domain. */
export class PerimeterStack extends Stack {
  constructor(scope: Construct, id: string, props: PerimeterStackProps) {
    super(scope, id, { ...props, env: { region: perimeterRegion } });
    const { webAcl, domain } = props.stage.edge;
    if (webAcl) output(this, { WebAclArn: this.addWebAcl(props.stage, webAcl) });
    if (domain) output(this, { CertificateArn: this.addCertificate(domain) });
  }

  private addWebAcl(stage: Stage, settings: WebAclSettings): string {
    const name = physicalName(stage.name, 'edge');
    const acl = new CfnWebACL(this, 'WebAcl', {
      name,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      rules: [
        ...rateRows(settings).map(rateRule),
        ...managedGroups.map((group, index) => managedRule(group, index + rateRows(settings).length)),
      ],
    });
    if (settings.log) this.logBlockedRequests(stage, acl);
    return acl.attrArn;
  }

  /** Logs blocked requests only. */
  private logBlockedRequests(stage: Stage, acl: CfnWebACL): void {
    const logGroup = new LogGroup(this, 'WebAclLogs', {
      logGroupName: webAclLogs(stage),
      retention: stage.logRetentionDays as RetentionDays,
      removalPolicy: stage.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    new CfnLoggingConfiguration(this, 'WebAclLogging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [logGroup.logGroupArn],
      redactedFields: redactedHeaders.map((Name) => ({ singleHeader: { Name } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          { Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] },
        ],
      },
    });
  }

  private addCertificate(domain: DomainSettings): string {
    return new Certificate(this, 'Certificate', {
      domainName: domain.name,
      validation: CertificateValidation.fromDns(importHostedZone(this, domain)),
    }).certificateArn;
  }
}

/** Reference for the edge stack: works across regions, without an export that would lock this stack. */
export const perimeterValue = (stage: Stage, key: 'WebAclArn' | 'CertificateArn'): string =>
  Fn.getStackOutput(stackName(stage.name, 'perimeter'), key, perimeterRegion);

function managedRule(group: (typeof managedGroups)[number], priority: number): CfnWebACL.RuleProperty {
  return {
    name: group,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: group } },
    visibilityConfig: visible(group),
  };
}

function rateRule({ name, limit, path }: RateRow, priority: number): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    action: {
      block: { customResponse: { responseCode: 429, responseHeaders: [{ name: 'retry-after', value: '60' }] } },
    },
    statement: {
      rateBasedStatement: {
        limit,
        evaluationWindowSec: 300,
        aggregateKeyType: 'IP',
        ...(path !== undefined && { scopeDownStatement: beginsWith(path) }),
      },
    },
    visibilityConfig: visible(name),
  };
}

const beginsWith = (searchString: string): CfnWebACL.StatementProperty => ({
  byteMatchStatement: {
    searchString,
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'STARTS_WITH',
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
});

const visible = (metricName: string) => ({ cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true });
