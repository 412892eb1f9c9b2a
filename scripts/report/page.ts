import { Html, html } from './html.ts';
import { pageStyle } from './style.ts';

/** A page that loads nothing from other addresses; `script` runs after its content. */
export function page(title: string, content: Html, script = ''): string {
  const code = script === '' ? html`` : new Html(`<script>${script}</script>`);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${new Html(pageStyle)}</style></head><body><main>
${content}
</main>${code}</body></html>
`.text;
}
