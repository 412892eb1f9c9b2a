import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, type RequestOptions, request } from 'node:http';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { distributionFrom } from '../../../../scripts/platform/edge/from-template.ts';
import type { Headers, Origin, OriginRequest } from '../../../../scripts/platform/edge/messages.ts';
import type { Distribution } from '../../../../scripts/platform/edge/model.ts';
import { Edge, startEdgeServer } from '../../../../scripts/platform/edge/server.ts';
import type { EdgeTemplate } from '../../../../scripts/platform/edge/template-values.ts';

const all = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const edgeFunction = `
import cf from 'cloudfront';
function handler(event) {
  const request = event.request;
  if (/%2f|%5c|%2e|;|\\/\\//i.test(request.uri)) return { statusCode: 400, statusDescription: 'Bad Request' };
  delete request.headers['x-customer'];
  if (request.method === 'PUT') cf.selectRequestOriginById('stock');
  return request;
}`;

const policy = (name: string, ttl: [number, number, number], queries: string[] = [], headers: string[] = []) => ({
  Type: 'AWS::CloudFront::CachePolicy',
  Properties: {
    CachePolicyConfig: {
      Name: name,
      MinTTL: ttl[0],
      DefaultTTL: ttl[1],
      MaxTTL: ttl[2],
      ParametersInCacheKeyAndForwardedToOrigin: {
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig:
          headers.length > 0 ? { HeaderBehavior: 'whitelist', Headers: headers } : { HeaderBehavior: 'none' },
        QueryStringsConfig:
          queries.length > 0
            ? { QueryStringBehavior: 'whitelist', QueryStrings: queries }
            : { QueryStringBehavior: 'none' },
        EnableAcceptEncodingGzip: true,
        EnableAcceptEncodingBrotli: true,
      },
    },
  },
});

const viewerRequest = [{ EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Normalize', 'FunctionARN'] } }];
const behaviour = (originId: string, more: object) => ({
  TargetOriginId: originId,
  ViewerProtocolPolicy: 'redirect-to-https',
  Compress: true,
  FunctionAssociations: viewerRequest,
  ...more,
});

/** A small distribution with the structure of the real one. */
export const fixtureTemplate: EdgeTemplate = {
  Resources: {
    Products: policy('products', [0, 5, 30], ['cursor', 'limit']),
    Assets: policy('assets', [0, 31_536_000, 31_536_000]),
    Localized: policy('localized', [0, 5, 30], [], ['Accept-Language']),
    Normalize: {
      Type: 'AWS::CloudFront::Function',
      Properties: { FunctionCode: edgeFunction, FunctionConfig: { Runtime: 'cloudfront-js-2.0' } },
    },
    Security: {
      Type: 'AWS::CloudFront::ResponseHeadersPolicy',
      Properties: {
        ResponseHeadersPolicyConfig: {
          Name: 'security',
          SecurityHeadersConfig: {
            ContentTypeOptions: { Override: true },
            StrictTransportSecurity: { AccessControlMaxAgeSec: 60, IncludeSubdomains: true, Override: true },
            ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: false },
          },
          RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
        },
      },
    },
    Distribution: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          DefaultRootObject: 'index.html',
          WebACLId: 'arn:of:a:web:acl',
          CacheBehaviors: [
            behaviour('api', {
              PathPattern: '/orders*',
              AllowedMethods: all,
              CachePolicyId: cachingDisabled,
              OriginRequestPolicyId: allViewerExceptHost,
            }),
            behaviour('api', {
              PathPattern: '/products*',
              AllowedMethods: all,
              CachePolicyId: { Ref: 'Products' },
              OriginRequestPolicyId: allViewerExceptHost,
              ResponseHeadersPolicyId: { Ref: 'Security' },
            }),
            behaviour('api', { PathPattern: '/texts/*', CachePolicyId: { Ref: 'Localized' } }),
            behaviour('bucket', { PathPattern: '/assets/?*', CachePolicyId: { Ref: 'Assets' } }),
          ],
          DefaultCacheBehavior: behaviour('bucket', { CachePolicyId: { Ref: 'Products' } }),
          CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }],
          Origins: [
            {
              Id: 'api',
              DomainName: { 'Fn::Join': ['', [{ Ref: 'ApiId' }, '.execute-api.amazonaws.com']] },
              CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginReadTimeout: 2 },
              OriginCustomHeaders: [
                { HeaderName: 'X-Origin-Secret', HeaderValue: '{{resolve:secretsmanager:a}}' },
                { HeaderName: 'X-Edge', HeaderValue: 'yes' },
              ],
            },
            { Id: 'stock', DomainName: 'stock.lambda-url.aws', CustomOriginConfig: {} },
            { Id: 'bucket', DomainName: { 'Fn::GetAtt': ['Bucket', 'DomainName'] }, S3OriginConfig: {} },
          ],
        },
      },
    },
  },
};

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Headers;
  readonly body?: string | Buffer;
}

/** A clock in milliseconds that only the test advances. */
export class Clock {
  ms = Date.UTC(2026, 0, 1);
  readonly now = (): number => this.ms;
  pass(seconds: number): void {
    this.ms += seconds * 1_000;
  }
}

export interface EdgeFixture {
  readonly answer?: (request: OriginRequest, call: number) => StubAnswer | Promise<StubAnswer>;
  readonly distribution?: Distribution;
  readonly clock?: Clock;
  readonly maxBytes?: number;
}

/** An edge in front of stub origins that record their requests. */
export async function edgeInFront({
  answer = () => ({ body: 'hello', headers: { 'cache-control': 'public, max-age=5' } }),
  distribution = distributionFrom(fixtureTemplate),
  clock = new Clock(),
  maxBytes = 1_000_000,
}: EdgeFixture = {}) {
  const asked: (OriginRequest & { readonly origin: string })[] = [];
  const origin =
    (name: string): Origin =>
    async (one) => {
      asked.push({ ...one, origin: name });
      one.body?.resume();
      const { status = 200, headers = {}, body = '' } = await answer(one, asked.length);
      return { status, headers, body: Readable.from(body.length > 0 ? [Buffer.from(body)] : []) };
    };
  const origins = Object.fromEntries([...distribution.origins.keys()].map((id) => [id, origin(id)]));
  const edge = new Edge({ distribution, origins, now: clock.now, maxBytes });
  const server = await startEdgeServer(0);
  server.connect(edge);
  onTestFinished(() => server.close());
  const ask = (path: string, options: AskOptions = {}) => askServer(server.url, path, options);
  return { edge, clock, asked, ask, url: server.url };
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
  readonly text: string;
  /** The first word of X-Cache. */
  readonly mark: string;
}

/** Sends the exact path; `fetch` would normalize it. */
export async function askServer(url: string, path: string, options: AskOptions = {}): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return askAt({ hostname, port }, path, options);
}

/** Like `askServer`, for a server on a socket or under another name. */
export async function askAt(at: RequestOptions, path: string, { method = 'GET', headers = {}, body }: AskOptions = {}) {
  const outgoing = request({ ...at, path, method, headers, agent: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const mark = String(response.headers['x-cache'] ?? '').split(' ')[0] ?? '';
  return { status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString(), mark } as Answer;
}
