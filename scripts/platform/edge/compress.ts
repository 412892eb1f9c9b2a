import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Entry } from './entry.ts';
import { textOfHeader } from './messages.ts';
import type { Behaviour } from './model.ts';

export type Encoding = 'br' | 'gzip';

/** Types and sizes that CloudFront compresses. Source:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html */
const compressibleType =
  /^(?:text\/[\w.+-]+|application\/(?:javascript|x-javascript|json|ld\+json|problem\+json|xml|rss\+xml|atom\+xml|xhtml\+xml|manifest\+json|vnd\.ms-fontobject|x-font-ttf|x-font-opentype|wasm)|image\/svg\+xml|font\/(?:otf|ttf))(?:;|$)/i;
const minBytes = 1_000;
const maxBytes = 10_000_000;
/** The best quality that is fast enough for an edge. */
const brotliQuality = 5;

const compressors = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  gzip: (body: Buffer) => promisify(gzip)(body),
} as const;

export function isCompressible({ status, headers, body }: Entry, { compress, cache }: Behaviour): boolean {
  if (!compress || !(cache.gzip || cache.brotli) || (status !== 200 && status !== 403 && status !== 404)) return false;
  return (
    body.length >= minBytes && body.length <= maxBytes && compressibleType.test(textOfHeader(headers, 'content-type'))
  );
}

/** Brotli if both sides support it, else gzip, else none. */
export function chooseEncoding(acceptEncoding: string, { cache }: Behaviour): Encoding | undefined {
  if (cache.brotli && accepts(acceptEncoding, 'br')) return 'br';
  return cache.gzip && accepts(acceptEncoding, 'gzip') ? 'gzip' : undefined;
}

function accepts(acceptEncoding: string, encoding: Encoding): boolean {
  return acceptEncoding
    .toLowerCase()
    .split(',')
    .some((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
      return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });
}

/** An entry's body in an encoding, compressed once; undefined if compression does not make it smaller. */
export function readVariant(entry: Entry, encoding: Encoding): Promise<Buffer | undefined> | Buffer | undefined {
  if (entry.variants.has(encoding)) return entry.variants.get(encoding);
  const compressed = compressors[encoding](entry.body).then((body) => {
    const smaller = body.length < entry.body.length ? body : undefined;
    entry.variants.set(encoding, smaller);
    return smaller;
  });
  entry.variants.set(encoding, compressed);
  return compressed;
}
