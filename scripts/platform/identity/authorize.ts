import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/small-body.ts';
import { answerUrl, type Checked, checkAuthorization, parameters } from './authorization-request.ts';
import type { AuthorizationCodes } from './codes.ts';
import { refusedPage, sendPage, signInPage } from './sign-in-page.ts';

/** What the API takes as a customer, and not longer than a token of this issuer takes. */
const customerName = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/;

export interface AuthorizeSettings {
  readonly url: string;
  readonly audience: string;
  readonly codes: AuthorizationCodes;
}

/** GET: the page that asks who one wants to be. */
export function showSignIn(settings: AuthorizeSettings, query: URLSearchParams, response: ServerResponse): void {
  const checked = checkAuthorization(query, settings.audience);
  const hidden = parameters.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? ''] as const] : []));
  if (!('request' in checked)) turnAway(checked, response);
  else sendPage(response, 200, signInPage(hidden), checked.request.redirectUri.origin);
}

/** POST: the page's answer. Everything is checked again: a form can be changed on its way. */
export async function finishSignIn(
  settings: AuthorizeSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.headers.origin !== settings.url)
    return sendPage(response, 403, refusedPage('The form was not sent by the page of this issuer'));
  const form = new URLSearchParams((await readBody(request)) ?? '');
  const checked = checkAuthorization(form, settings.audience);
  if (!('request' in checked)) return turnAway(checked, response);
  const { redirectUri, state, ...wanted } = checked.request;
  const customer = form.get('customer') ?? '';
  if (!customerName.test(customer))
    return sendPage(response, 400, refusedPage(`'${customer.slice(0, 80)}' is not a name that the API takes`));
  const code = settings.codes.issue({
    ...wanted,
    customer,
    admin: form.get('admin') === 'true',
    redirectUri: form.get('redirect_uri') ?? '',
  });
  redirect(response, answerUrl(redirectUri, { code, state, iss: settings.url }));
}

function turnAway(checked: Exclude<Checked, { request: unknown }>, response: ServerResponse): void {
  if ('refused' in checked) {
    sendPage(response, 400, refusedPage(checked.refused));
    return;
  }
  const { redirectUri, state, error, text } = checked;
  redirect(response, answerUrl(redirectUri, { error, error_description: text, state }));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).end();
}
