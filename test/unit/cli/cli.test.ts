import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CliError, parseCommandLine } from '../../../scripts/cli/cli.ts';

afterEach(() => void vi.unstubAllEnvs());

const options = {
  json: { type: 'boolean', default: false },
  port: { type: 'string' },
  'kill-ms': { type: 'string' },
} as const;

function failure(args: readonly string[] = []): CliError | undefined {
  try {
    parseCommandLine('usage', options, [...args]);
    return undefined;
  } catch (error) {
    return error as CliError;
  }
}

describe('a command line', () => {
  it.each([
    ['start', { json: 'true' }, 'npm start -- --json'],
    ['start', { port: '0', json: 'true' }, 'npm start -- --json --port 0'],
    ['soak', { kill_ms: '100' }, 'npm run soak -- --kill-ms 100'],
  ])('without -- names the flags that npm took, and the right line: npm %s', (script, taken, line) => {
    vi.stubEnv('npm_lifecycle_event', script);
    for (const [name, value] of Object.entries(taken)) vi.stubEnv(`npm_config_${name}`, value);
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', 'script']);
    expect(failure()).toMatchObject({ code: 'usage', hint: line });
    expect(failure()?.message).toContain('npm took --');
    vi.restoreAllMocks();
  });

  it('does not look at the settings of npm outside of npm, nor at other settings', () => {
    vi.stubEnv('npm_lifecycle_event', '');
    vi.stubEnv('npm_config_json', 'true');
    expect(failure(['--port', '0'])).toBeUndefined();
    vi.stubEnv('npm_lifecycle_event', 'start');
    vi.stubEnv('npm_config_json', undefined);
    vi.stubEnv('npm_config_loglevel', 'silent');
    expect(failure(['--port', '0'])).toBeUndefined();
  });
});
