import { readFileSync } from 'node:fs';
import { problemType } from '../../../functions/contracts/problem.ts';
import { limits } from '../checks/limits.ts';

const body = readFileSync(new URL('edge-function.js', import.meta.url), 'utf8').replace(
  "'PROBLEM_TYPE'",
  `'${problemType('INVALID_PATH')}'`,
);

/** The function's whole source: only its first lines differ between stages. */
export function edgeFunctionCode(originOfWrites: string | null): string {
  const first =
    originOfWrites === null
      ? 'const cf = null;\nconst originOfWrites = null;\n'
      : `import cf from 'cloudfront';\nconst originOfWrites = '${originOfWrites}';\n`;
  // Comments would count against the size limit.
  const code = `${first}${body.replaceAll(/^ *\/\/.*\n/gm, '')}`;
  const { value, source } = limits.edgeFunctionBytes;
  if (Buffer.byteLength(code) > value) {
    throw new Error(
      `edge-function.js: must be at most ${value} bytes, got ${Buffer.byteLength(code)}. Shorten it (${source})`,
    );
  }
  return code;
}

export const edgeFunctionComment = 'Rejects non-canonical paths; drops headers that a client could forge';
