import { spawnSync } from 'node:child_process';
import { installPython } from '../../platform/process/python-environment.ts';

/** Installs cfn-lint, which knows each property of CloudFormation's resources. */
export const installCfnLint = (onProgress: (text: string) => void): Promise<string> =>
  installPython(
    {
      name: 'cfn-lint',
      requirements: new URL('./requirements.txt', import.meta.url),
      notice: 'installing cfn-lint (once, about 10 s)',
    },
    onProgress,
  );

/** @returns the errors that it finds in templates; warnings are advice and are left out. '' if there are none */
export function lintTemplates(interpreter: string, files: readonly string[]): string {
  const more = ['--non-zero-exit-code', 'error', '--format', 'parseable'];
  const main = 'import sys; from cfnlint.runner import main; sys.exit(main())';
  const { stdout, stderr, status } = spawnSync(interpreter, ['-c', main, ...more, '--', ...files], {
    encoding: 'utf8',
  });
  const errors = stdout.split('\n').filter((line) => /:E\d{4}:/.test(line));
  return status === 0 ? '' : errors.join('\n') || stderr || `cfn-lint ended with ${status}`;
}
