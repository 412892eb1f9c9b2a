import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Reason for rejecting a call: AWS's error code, and a message. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Signature data of a signed request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
export interface Claim {
  readonly accessKeyId: string;
  /** YYYYMMDD */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** YYYYMMDDTHHMMSSZ */
  readonly signedAt: string;
  /** Lifetime of a presigned URL; undefined if the signature is in a header. */
  readonly expiresSeconds: number | undefined;
  readonly sessionToken: string | undefined;
}

const algorithm = 'AWS4-HMAC-SHA256';
const maxSkewMs = 15 * 60_000;
const maxExpiresSeconds = 7 * 24 * 60 * 60;
const unsignedPayloads = new Set(['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']);

/** Parses the signature of a request from its header or, for a presigned URL, from its query. */
export function parseClaim(
  { headers, headersDistinct }: SignedCall['request'],
  { searchParams }: URL,
): Claim | Refusal {
  const presigned = searchParams.has('X-Amz-Signature') || searchParams.has('X-Amz-Credential');
  const { authorization } = headers;
  if (authorization === undefined && !presigned)
    return { code: 'MissingAuthenticationToken', message: 'The request is not signed.' };
  if ((presigned && authorization !== undefined) || (headersDistinct.authorization?.length ?? 0) > 1)
    return incomplete('The request has more than one signature.');
  const fields = presigned ? readQuery(searchParams) : readHeader(authorization ?? '');
  const { Credential = '', SignedHeaders = '', Signature: signature = '' } = fields;
  const [accessKeyId = '', day = '', region = '', service = '', end, ...rest] = Credential.split('/');
  if (fields.Algorithm !== algorithm || end !== 'aws4_request' || rest.length > 0)
    return incomplete(`The request must be signed with ${algorithm}, for KEY/YYYYMMDD/REGION/SERVICE/aws4_request.`);
  return {
    ...{ accessKeyId, day, region, service, signature, signedHeaders: SignedHeaders.split(';') },
    signedAt: (presigned ? fields.Date : headers['x-amz-date']?.toString()) ?? '',
    expiresSeconds: presigned ? Number(fields.Expires) : undefined,
    sessionToken: presigned ? fields['Security-Token'] : headers['x-amz-security-token']?.toString(),
  };
}

type Fields = Readonly<Record<string, string | undefined>>;

function readHeader(authorization: string): Fields {
  const [Algorithm, ...parts] = authorization.split(' ');
  const pairs = parts
    .join('')
    .split(',')
    .map((part) => part.split('=', 2));
  return { ...Object.fromEntries(pairs), Algorithm };
}

function readQuery(query: URLSearchParams): Fields {
  return Object.fromEntries(
    [...query].filter(([name]) => name.startsWith('X-Amz-')).map(([name, value]) => [name.slice(6), value]),
  );
}

/** The parts of a call covered by its signature. */
export interface SignedCall {
  readonly request: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'headersDistinct'>;
  readonly url: URL;
  readonly body: Buffer;
}

/** Recomputes the signature with the secret of the claimed key, as the service on AWS does. `now` in epoch ms. */
export function checkSignature(claim: Claim, secret: string, call: SignedCall, now: number): Refusal | undefined {
  const { headers } = call.request;
  const { signedHeaders } = claim;
  const unsigned = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  if (!signedHeaders.includes('host') || unsigned !== undefined)
    return { code: 'AccessDenied', message: `The header '${unsigned ?? 'host'}' is not signed.` };
  return checkTime(claim, now) ?? checkPayload(claim, call) ?? compare(claim, secret, call);
}

function checkTime({ day, signedAt, expiresSeconds }: Claim, now: number): Refusal | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signedAt) ?? [];
  const [year = NaN, month = NaN, ...rest] = parts.map(Number);
  const time = Date.UTC(year, month - 1, ...rest);
  if (Number.isNaN(time) || !signedAt.startsWith(day)) return incomplete(`The signature's date is '${signedAt}'.`);
  if (expiresSeconds !== undefined && !(expiresSeconds > 0 && expiresSeconds <= maxExpiresSeconds))
    return incomplete(`X-Amz-Expires must be from 1 to ${maxExpiresSeconds}.`);
  if (expiresSeconds !== undefined && now > time + expiresSeconds * 1_000)
    return { code: 'AccessDenied', message: 'Request has expired' };
  const tooOld = expiresSeconds === undefined && now - time > maxSkewMs;
  return tooOld || time - now > maxSkewMs
    ? { code: 'RequestTimeTooSkewed', message: `Signed at ${signedAt}; now it is ${new Date(now).toISOString()}.` }
    : undefined;
}

/** A header can announce the body's hash. Only S3 may leave the body unsigned. */
function checkPayload({ service }: Claim, { request, body }: SignedCall): Refusal | undefined {
  const announced = request.headers['x-amz-content-sha256']?.toString();
  if (announced === undefined || announced === sha256(body)) return undefined;
  if (service === 's3' && unsignedPayloads.has(announced)) return undefined;
  const message = 'The provided x-amz-content-sha256 header does not match what was computed.';
  return { code: 'XAmzContentSHA256Mismatch', message };
}

/** Headers of a call to a JSON service, signed again with another key. */
export function signAnew(
  { request: { method, url: target, headers }, url, body }: SignedCall,
  { accessKeyId, secretAccessKey, region }: { accessKeyId: string; secretAccessKey: string; region: string },
  { service, now }: { service: string; now: number },
): string[] {
  const signedAt = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const signed: Readonly<Record<string, string>> = {
    ...{ 'content-type': headers['content-type'] ?? '', host: headers.host ?? '', 'x-amz-date': signedAt },
    'x-amz-target': headers['x-amz-target']?.toString() ?? '',
  };
  const request = {
    ...{ method, url: target, headers: signed },
    headersDistinct: Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, [value]])),
  };
  const signedHeaders = Object.keys(signed);
  const claim = { accessKeyId, region, service, signedAt, signedHeaders, day: signedAt.slice(0, 8) };
  const signature = signatureOf({ ...claim, expiresSeconds: undefined }, secretAccessKey, { request, url, body });
  const credential = `${accessKeyId}/${scopeOf(claim)}`;
  const authorization = `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return Object.entries({ ...signed, authorization, 'content-length': String(body.length) }).flat();
}

type Scope = Pick<Claim, 'day' | 'region' | 'service'>;

const scopeOf = ({ day, region, service }: Scope): string => `${day}/${region}/${service}/aws4_request`;

type Unsigned = Scope & Pick<Claim, 'signedAt' | 'signedHeaders' | 'expiresSeconds'>;

function signatureOf(claim: Unsigned, secret: string, call: SignedCall): string {
  const text = [algorithm, claim.signedAt, scopeOf(claim), sha256(canonicalRequest(claim, call))].join('\n');
  const keyed = [claim.day, claim.region, claim.service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(keyed, text).toString('hex');
}

function compare(claim: Claim, secret: string, call: SignedCall): Refusal | undefined {
  const [expected, actual] = [signatureOf(claim, secret, call), claim.signature].map((one) => Buffer.from(one));
  if (expected && actual?.length === expected.length && timingSafeEqual(expected, actual)) return undefined;
  const message =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
  return { code: 'SignatureDoesNotMatch', message };
}

function canonicalRequest(claim: Unsigned, { request, url, body }: SignedCall): string {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted();
  const headers = claim.signedHeaders.map((name) => `${name}:${canonicalHeader(request, name)}\n`);
  const isPresignedS3 = claim.service === 's3' && claim.expiresSeconds !== undefined;
  const payload = request.headers['x-amz-content-sha256'] ?? (isPresignedS3 ? 'UNSIGNED-PAYLOAD' : sha256(body));
  const canonicalPath = claim.service === 's3' ? path : encode(withoutDots(path)).replaceAll('%2F', '/');
  return [
    ...[request.method, canonicalPath, query.join('&'), headers.join('')],
    ...[claim.signedHeaders.join(';'), payload],
  ].join('\n');
}

function canonicalHeader({ headersDistinct }: SignedCall['request'], name: string): string {
  return (headersDistinct[name] ?? []).map((value) => value.trim().replace(/\s+/g, ' ')).join(',');
}

/** Removes dot segments (RFC 3986, 5.2.4). Only S3 signs its path unchanged. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}${path.endsWith('/') && kept.length > 0 ? '/' : ''}`;
}

/** Percent-encodes everything but the unreserved characters of RFC 3986: letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

function incomplete(message: string): Refusal {
  return { code: 'IncompleteSignature', message };
}
