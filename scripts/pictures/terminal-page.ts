/** The end of a command's output as a page that looks like a terminal; colours are left out. */
export function terminalPage(command: string, output: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI colours begin with ESC.
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '').trim();
  const text = `$ ${command}\n\n${plain}`;
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #fff }
    main { display: inline-block; padding: 20px 24px; border-radius: 8px; background: #0d1117; color: #e6edf3 }
    pre { margin: 0; font: 13px/1.35 "DejaVu Sans Mono", Menlo, Consolas, monospace }
  </style><main><pre>${escapeHtml(text)}</pre></main>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
