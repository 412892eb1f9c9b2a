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

/** @returns the errors in the templates, without warnings, which are advice; '' if there are none */
export function lintTemplates(interpreter: string, files: readonly string[]): string {
  const more = ['--non-zero-exit-code', 'error', '--format', 'parseable'];
  const main = 'import sys; from cfnlint.runner import main; sys.exit(main())';
  const { stdout, stderr, status } = spawnSync(interpreter, ['-c', main, ...more, '--', ...files], {
    encoding: 'utf8',
  });
  const errors = stdout.split('\n').filter((line) => /:E\d{4}:/.test(line));
  return status === 0 ? '' : errors.join('\n') || stderr || `cfn-lint ended with ${status}`;
}

const readSchemas = `
import json, sys
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER as schemas
read = lambda name: schemas.get_resource_schema('us-east-1', name).schema
keys = ('createOnlyProperties', 'conditionalCreateOnlyProperties')
fixed = lambda schema: [path for key in keys for path in schema.get(key) or []]
print(json.dumps({name: fixed(read(name)) for name in sys.argv[1:]}))`;

/** @returns by type, the properties that force CloudFormation to replace the resource */
export function readFixedProperties(
  interpreter: string,
  types: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const { stdout, stderr, status } = spawnSync(interpreter, ['-c', readSchemas, ...types], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cfn-lint does not read its schemas: ${stderr}`);
  const found = JSON.parse(stdout) as Record<string, string[]>;
  const bare = (paths: readonly string[]) => paths.map((path) => path.replace('/properties/', ''));
  return Object.fromEntries(Object.entries(found).map(([type, paths]) => [type, bare(paths)]));
}
