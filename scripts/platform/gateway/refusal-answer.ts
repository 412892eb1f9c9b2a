import type { IncomingMessage } from 'node:http';
import type { Refusal } from './signature.ts';

/** A refusal in the format of the called service, so that its SDK shows code and message. */
export function refusalAnswer({ headers }: IncomingMessage, url: URL, { code, message }: Refusal): Response {
  const isForm =
    headers['content-type']?.startsWith('application/x-www-form-urlencoded') || url.searchParams.has('Action');
  const isS3 = /\/s3\/aws4_request/.test(headers.authorization ?? url.searchParams.get('X-Amz-Credential') ?? '');
  if (!isForm && !isS3) {
    const body = JSON.stringify({ __type: code, message });
    return new Response(body, {
      status: 403,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    });
  }
  const error = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  const body = isS3
    ? `<?xml version="1.0"?><Error>${error}</Error>`
    : `<?xml version="1.0"?><ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`;
  return new Response(body, { status: 403, headers: { 'content-type': 'text/xml' } });
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
