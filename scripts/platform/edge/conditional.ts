import { type Headers, textOfHeader } from './messages.ts';

/** Whether what the viewer holds is still the thing (RFC 9110, 13.2.2): a 304 says so. */
export function isNotModified(asked: Headers, kept: Headers): boolean {
  const tags = textOfHeader(asked, 'if-none-match');
  if (tags !== '') {
    const own = opaque(textOfHeader(kept, 'etag'));
    return own !== '' && (tags.trim() === '*' || tagsOf(tags).includes(own));
  }
  const since = Date.parse(textOfHeader(asked, 'if-modified-since'));
  const changed = Date.parse(textOfHeader(kept, 'last-modified'));
  return !Number.isNaN(since) && !Number.isNaN(changed) && changed <= since;
}

/** Weak and strong tags compare the same for reads. */
function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

function tagsOf(list: string): string[] {
  return (list.match(/(?:W\/)?"[^"]*"/g) ?? []).map(opaque);
}
