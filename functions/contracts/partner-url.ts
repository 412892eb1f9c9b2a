/** Names of this machine, of its network, or of nothing: no partner is reached by them from a cloud. */
const privateName = /^(?:[^.]+|.*\.(?:localhost|local|internal|lan|home\.arpa))$/;
const address = /^(?:\[.*\]|[\d.]+)$/;

/** Stages of this machine, whose partner listens on its loopback. */
export const isLocalStage = (stage: string): boolean => /^local(?:$|-)/.test(stage);

/**
 * Says what a stage's partner URL must be, if it is not; `/orders` is appended to it. Only local stages may call without
 * TLS, or by an address instead of a name.
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
