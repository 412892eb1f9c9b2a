import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Html, html } from '../../report/html.ts';

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; box-sizing: border-box; }
main { width: 100%; max-width: 24rem; border: 1px solid #8886; border-radius: 1rem; padding: 1.5rem; box-sizing: border-box; }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; }
p { margin: 0 0 1.25rem; }
label { display: block; font-weight: 600; }
label.check { font-weight: 400; display: flex; gap: .5rem; align-items: center; margin: 1rem 0; min-height: 2.75rem; }
input[name=customer] { font: inherit; width: 100%; box-sizing: border-box; padding: .625rem .75rem; margin-top: .375rem; border: 1px solid #767676; border-radius: .5rem; }
input[type=checkbox] { width: 1.25rem; height: 1.25rem; }
button { font: inherit; font-weight: 600; width: 100%; padding: .75rem; border: 0; border-radius: .5rem; background: #1d4ed8; color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
.note { border-left: 4px solid #f59e0b; padding-left: .75rem; font-size: .875rem; }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** The form's hidden fields: the original request, which is checked again on submit. */
export type Hidden = readonly (readonly [string, string])[];

export function signInPage(hidden: Hidden): string {
  const fields = hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return page(
    'Sign in',
    html`<h1>Sign in</h1>
<p class="note">This is a local stand-in for the stage's identity provider. It needs no password; sign in as anyone.</p>
<form method="post" action="/authorize">
${fields}
<label>Customer name
<input name="customer" required maxlength="64" pattern="[A-Za-z0-9][A-Za-z0-9_.@\\-]*" title="Letters, digits, and _ . @ - after the first" autocomplete="username" autofocus></label>
<label class="check"><input type="checkbox" name="admin" value="true"> Administrator</label>
<button>Sign in</button>
</form>`,
  );
}

export function refusedPage(why: string): string {
  return page(
    'Sign-in refused',
    html`<h1>This sign-in cannot continue</h1><p>${why}.</p><p class="note">This is a local stand-in for the stage's identity provider.</p>`,
  );
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${new Html(style)}</style></head><body><main>${content}</main></body></html>
`.text;
}

/** `redirectOrigin` is the target of the form's redirect; browsers apply `form-action` to redirects too. */
export function sendPage(response: ServerResponse, status: number, page: string, redirectOrigin = ''): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; form-action 'self' ${redirectOrigin}; frame-ancestors 'none'; base-uri 'none'`,
    'x-content-type-options': 'nosniff',
    // With `no-referrer`, the form would send `Origin: null`.
    'referrer-policy': 'same-origin',
  });
  response.end(page);
}
