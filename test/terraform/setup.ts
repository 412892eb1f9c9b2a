import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { projectFolder } from '../../scripts/platform/process/paths.ts';

export interface Synthesis {
  /** Holds stacks/NAME/cdk.tf.json of every stage and cloud. */
  readonly folder: string;
  readonly status: number | null;
  readonly stderr: string;
  readonly cpuSeconds: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    synthesis: Synthesis;
  }
}

/** Prints CPU time, which a busy machine does not change. */
const report = 'data:text/javascript,process.on("exit",()=>process.stdout.write(JSON.stringify(process.cpuUsage())))';

/** vitest globalSetup: synthesizes once for all files, without credentials, region or HOME: it sets PATH and TMPDIR. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
  const args = ['stacks/terraform/app.ts', '--stage', 'all', '--cloud', 'all', '--no-code', '--out', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', report, ...args], {
    cwd: projectFolder,
    env: { PATH: process.env.PATH, TMPDIR: folder },
    encoding: 'utf8',
  });
  const { user, system } = JSON.parse(stdout || '{"user":0,"system":0}') as { user: number; system: number };
  project.provide('synthesis', { folder, status, stderr, cpuSeconds: (user + system) / 1e6 });
  return () => rmSync(folder, { recursive: true, force: true });
}
