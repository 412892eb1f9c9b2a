import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/body.ts';
import { type Checked, checkAuthorization, parameters, toResponseUrl } from './authorization-request.ts';
import type { AuthorizationCodes } from './codes.ts';
import { refusedPage, sendPage, signInPage } from './sign-in-page.ts';

/** The API's format of a customer, limited to the 64 characters that this issuer's tokens allow. */
const customerName = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/;

export interface AuthorizeSettings {
  readonly url: string;
  readonly audience: string;
  readonly codes: AuthorizationCodes;
}

/** Answers GET with the sign-in page. */
export function showSignIn(settings: AuthorizeSettings, query: URLSearchParams, response: ServerResponse): void {
  const checked = checkAuthorization(query, settings.audience);
  const hidden = parameters.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? ''] as const] : []));
  if (!('request' in checked)) turnAway(checked, response);
  else sendPage(response, 200, signInPage(hidden), checked.request.redirectUri.origin);
}

/** Answers POST of the sign-in form. Checks everything again, because a client can change hidden fields. */
export async function finishSignIn(
  settings: AuthorizeSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.headers.origin !== settings.url)
    return sendPage(response, 403, refusedPage("The form was not sent by this issuer's page"));
  const form = new URLSearchParams((await readBody(request)).toString());
  const checked = checkAuthorization(form, settings.audience);
  if (!('request' in checked)) return turnAway(checked, response);
  const { redirectUri, state, ...rest } = checked.request;
  const customer = form.get('customer') ?? '';
  if (!customerName.test(customer))
    return sendPage(response, 400, refusedPage(`The API does not accept the name '${customer.slice(0, 80)}'`));
  const code = settings.codes.issue({
    ...rest,
    customer,
    admin: form.get('admin') === 'true',
    redirectUri: form.get('redirect_uri') ?? '',
  });
  redirect(response, toResponseUrl(redirectUri, { code, state, iss: settings.url }));
}

function turnAway(checked: Exclude<Checked, { request: unknown }>, response: ServerResponse): void {
  if ('refused' in checked) {
    sendPage(response, 400, refusedPage(checked.refused));
    return;
  }
  const { redirectUri, state, error, text } = checked;
  redirect(response, toResponseUrl(redirectUri, { error, error_description: text, state }));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).end();
}
