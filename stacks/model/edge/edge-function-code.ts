import { readFileSync } from 'node:fs';
import { limits } from '../checks/limits.ts';

const body = readFileSync(new URL('edge-function.js', import.meta.url), 'utf8');

/** The function's whole text: what differs between stages stands in its first lines. */
export function edgeFunctionCode(originOfWrites: string | null): string {
  const first =
    originOfWrites === null
      ? 'const cf = null;\nconst originOfWrites = null;\n'
      : `import cf from 'cloudfront';\nconst originOfWrites = '${originOfWrites}';\n`;
  // Comments count against the limit too.
  const code = `${first}${body.replaceAll(/^ *\/\/.*\n/gm, '')}`;
  const { value, source } = limits.edgeFunctionBytes;
  if (Buffer.byteLength(code) > value) {
    throw new Error(`edge-function.js: must be at most ${value} bytes, got ${Buffer.byteLength(code)} (${source})`);
  }
  return code;
}

/** Refuses paths in disguise and drops headers that a client may forge, before anything is looked up in the cache. */
export const edgeFunctionComment = 'Refuses paths in disguise; drops headers that a client may forge';
