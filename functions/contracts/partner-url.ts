/** Host names that are local or do not resolve, so that a cloud reaches no partner by them. */
const privateName = /^(?:[^.]+|.*\.(?:localhost|local|internal|lan|home\.arpa))$/;
const address = /^(?:\[.*\]|[\d.]+)$/;

/** Stages of this machine, whose partner listens on loopback. */
export const isLocalStage = (stage: string): boolean => /^local(?:$|-)/.test(stage);

/**
 * The form that a stage's partner URL must have, as text for an error; undefined when the URL is valid. `/orders` is
 * appended to it. Only local stages may call without TLS, or by an address instead of a name.
 */
export function findUrlFault(text: string, stage: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return 'a URL that begins with https://';
  if (url.username !== '' || url.password !== '') return 'a URL without a user or password: the signature is the proof';
  if (/[?#]/.test(text)) return 'a URL without a query or fragment: /orders is appended to it';
  const plain = url.href.replace(/\/$/, '');
  if (text !== plain) return `a URL in its plain form, without a trailing slash: ${plain}`;
  return isLocalStage(stage) ? undefined : findPublicFault(url);
}

function findPublicFault({ protocol, hostname }: URL): string | undefined {
  if (protocol !== 'https:') return 'a URL that begins with https://: orders must not travel unencrypted';
  const host = hostname.replace(/\.$/, '');
  if (address.test(host)) return 'a host name instead of an IP address: certificates are issued for names';
  return privateName.test(host) ? 'a public host name: a cloud cannot reach this one' : undefined;
}
