import { type Headers, textOfHeader } from './messages.ts';

/** Whether the viewer's copy is still current, so that a 304 is right (RFC 9110, 13.2.2). */
export function isNotModified(request: Headers, cached: Headers): boolean {
  const tags = textOfHeader(request, 'if-none-match');
  if (tags !== '') {
    const own = opaque(textOfHeader(cached, 'etag'));
    return own !== '' && (tags.trim() === '*' || parseTags(tags).includes(own));
  }
  const since = Date.parse(textOfHeader(request, 'if-modified-since'));
  const changed = Date.parse(textOfHeader(cached, 'last-modified'));
  return !Number.isNaN(since) && !Number.isNaN(changed) && changed <= since;
}

/** Reads compare weak and strong tags alike. */
function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

function parseTags(list: string): string[] {
  return (list.match(/(?:W\/)?"[^"]*"/g) ?? []).map(opaque);
}
