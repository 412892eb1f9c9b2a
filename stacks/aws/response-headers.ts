import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { physicalName } from '../names.ts';
import type { Stage } from '../stage-settings.ts';

export interface ResponseHeadersProps {
  readonly stage: Stage;
  /** Origins that the page talks to beyond its own: those that sign people in. */
  readonly signInOrigins: readonly string[];
}

/** What every answer tells the browser, whoever made it. */
export class ResponseHeaders extends Construct {
  readonly pages: ResponseHeadersPolicy;
  readonly api: ResponseHeadersPolicy;

  constructor(scope: Construct, id: string, props: ResponseHeadersProps) {
    super(scope, id);
    const connect = ["'self'", ...props.signInOrigins].join(' ');
    this.pages = this.add(props.stage, 'pages', [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "manifest-src 'self'",
      `connect-src ${connect}`,
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]);
    // Nobody should look at JSON as a page; if somebody makes a browser do it, nothing in it runs.
    this.api = this.add(props.stage, 'api', ["default-src 'none'", "frame-ancestors 'none'"]);
  }

  private add(stage: Stage, name: string, contentSecurityPolicy: readonly string[]): ResponseHeadersPolicy {
    const override = true;
    return new ResponseHeadersPolicy(this, name, {
      responseHeadersPolicyName: physicalName(stage.name, `${name}-headers`),
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy.join('; '), override },
        contentTypeOptions: { override },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override },
      },
      removeHeaders: ['server', 'x-powered-by'],
    });
  }
}
