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
const smallest = 1_000;
const largest = 10_000_000;
/** As good as it gets at the speed of an edge. */
const brotliQuality = 5;

const compressors = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  gzip: (body: Buffer) => promisify(gzip)(body),
} as const;

export function isCompressible({ status, headers, body }: Entry, { compress, cache }: Behaviour): boolean {
  if (!compress || !(cache.gzip || cache.brotli) || (status !== 200 && status !== 403 && status !== 404)) return false;
  return (
    body.length >= smallest && body.length <= largest && compressibleType.test(textOfHeader(headers, 'content-type'))
  );
}

/** Brotli where both sides have it, else gzip, else nothing. */
export function encodingFor(acceptEncoding: string, { cache }: Behaviour): Encoding | undefined {
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

/** The body of an entry in an encoding, made once; undefined when it would not be smaller. */
export function variantOf(entry: Entry, encoding: Encoding): Promise<Buffer | undefined> | Buffer | undefined {
  if (entry.variants.has(encoding)) return entry.variants.get(encoding);
  const made = compressors[encoding](entry.body).then((body) => {
    const kept = body.length < entry.body.length ? body : undefined;
    entry.variants.set(encoding, kept);
    return kept;
  });
  entry.variants.set(encoding, made);
  return made;
}
