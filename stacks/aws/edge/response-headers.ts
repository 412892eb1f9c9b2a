import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import {
  type HeadersPolicyRow,
  headersPolicyRows,
  hiddenHeaders,
  strictTransportSeconds,
} from '../../model/edge/edge-rows.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { nameInAccount } from './global-name.ts';

export interface ResponseHeadersProps {
  readonly stage: Stage;
  /** Origins of the identity provider, which the page calls besides its own. */
  readonly signInOrigins: readonly string[];
}

/** The response headers policies, by the names of their rows. */
export class ResponseHeaders extends Construct {
  private readonly policies: ReadonlyMap<string, ResponseHeadersPolicy>;

  constructor(scope: Construct, id: string, props: ResponseHeadersProps) {
    super(scope, id);
    const rows = headersPolicyRows(props.signInOrigins);
    this.policies = new Map(rows.map((row) => [row.name, this.add(props.stage, row)]));
  }

  idOf(name: HeadersPolicyRow['name']): string {
    return this.policies.get(name)?.responseHeadersPolicyId ?? '';
  }

  private add(stage: Stage, { name, contentSecurityPolicy }: HeadersPolicyRow): ResponseHeadersPolicy {
    const override = true;
    return new ResponseHeadersPolicy(this, name.replace(/-headers$/, ''), {
      responseHeadersPolicyName: nameInAccount(stage, name),
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override },
        contentTypeOptions: { override },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.seconds(strictTransportSeconds),
          includeSubdomains: true,
          override,
        },
      },
      removeHeaders: hiddenHeaders,
    });
  }
}
