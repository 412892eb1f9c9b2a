import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../../platform/process/paths.ts';
import { installPython } from '../../platform/process/python-environment.ts';
import { runProgram } from '../../platform/process/run-program.ts';

const file = (name: string) => new URL(name, import.meta.url);

export interface ContractOptions {
  /** Base URL of the API. */
  readonly url: string;
  /** A CDN rejects some methods itself, with 403 and without `Allow`. */
  readonly throughCdn?: boolean;
  /** An administrator's token, so that every route can be called. */
  readonly token: string;
  /** Generated requests for each operation, in addition to those that cover its schema. */
  readonly examples: number;
  /** Skips the requests that cover the schema. */
  readonly brief?: boolean;
  readonly seed: number;
}

export interface ContractVerdict {
  readonly ok: boolean;
  /** Requests sent; 0 if Schemathesis did not run to the end. */
  readonly requests: number;
  readonly output: string;
}

/** Installs Schemathesis, which checks the API against docs/openapi.json. */
export const installJudge = (onProgress: (text: string) => void): Promise<string> =>
  installPython(
    {
      name: 'contract',
      requirements: file('requirements.txt'),
      notice: 'installing Schemathesis (once, about 20 s)',
    },
    onProgress,
  );

/**
 * Sends generated requests, valid and invalid, and checks each answer against the OpenAPI document: no 5xx, no
 * undocumented status, header or content type, no schema violation; valid requests succeed and invalid ones fail.
 */
export async function judgeContract(interpreter: string, options: ContractOptions): Promise<ContractVerdict> {
  const { url, token, examples, seed, throughCdn = false, brief = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const document = join(projectFolder, 'docs', 'openapi.json');
  const settings = ['--config-file', fileURLToPath(file('schemathesis.toml'))];
  const run = ['run', document, '--url', url, '--header', `Authorization: Bearer ${token}`];
  const amount = [
    '--phases',
    brief ? 'fuzzing' : 'coverage,fuzzing',
    '--max-examples',
    String(examples),
    '--seed',
    String(seed),
  ];
  const checks = throughCdn ? ['--exclude-checks', 'unsupported_method,allow_header_conformance'] : [];
  const more = [
    '--continue-on-failure',
    '--no-color',
    '--suppress-health-check',
    'all',
    '--generation-database',
    'none',
  ];
  try {
    const { code, output } = await runProgram(
      interpreter,
      ['-m', 'schemathesis.cli', ...settings, ...run, ...amount, ...checks, ...more],
      { cwd: folder },
    );
    const requests = Number(/^ *(\d+) generated/m.exec(output)?.[1] ?? 0);
    return { ok: code === 0 && requests > 0, requests, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
