import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A failure that the user can act on: a stable code, what happened, and what to do. */
export class CliError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
    this.hint = hint;
  }
}

/** The command line is wrong, and nothing was done: exit code 2, with a code of its own. */
export class UsageError extends CliError {}

export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

type Options = NonNullable<ParseArgsConfig['options']>;

/** Parses the command line. `--help` prints `usage` and exits; an unknown option is a usage error. */
export function parseCommandLine<O extends Options>(usage: string, options: O, args = process.argv.slice(2)) {
  const config = { args, options: withHelp(options), strict: true } as const;
  return parse(config, usage).values;
}

/** Like `parseCommandLine`, for a command that also takes words, such as file names. */
export function parseWithWords<O extends Options>(usage: string, options: O, args = process.argv.slice(2)) {
  const config = { args, options: withHelp(options), strict: true, allowPositionals: true } as const;
  const { values, positionals: words } = parse(config, usage);
  return { values, words };
}

const withHelp = <O extends Options>(options: O) => ({ ...options, help: { type: 'boolean', short: 'h' } }) as const;

function parse<C extends ParseArgsConfig & { readonly options: Options }>(config: C, usage: string) {
  refuseFlagsThatNpmTook(Object.entries(config.options));
  const parsed = readArguments(config, usage);
  if ((parsed.values as { help?: boolean }).help) {
    process.stdout.write(`${usage.trim()}\n`);
    process.exit(exitCodes.ok);
  }
  return parsed;
}

/** Without `--`, npm takes a flag for itself and says nothing: the command would run without the flag. */
function refuseFlagsThatNpmTook(options: readonly [string, { readonly type: string }][]): void {
  const { npm_lifecycle_event: script = '' } = process.env;
  const taken = options.flatMap(([name, { type }]) => {
    const value = process.env[`npm_config_${name.replaceAll('-', '_')}`];
    if (script === '' || value === undefined) return [];
    return [type === 'boolean' ? `--${name}` : `--${name} ${value}`];
  });
  if (taken.length === 0) return;
  const command = script === 'start' || script === 'test' ? `npm ${script}` : `npm run ${script}`;
  throw new CliError(
    'usage',
    `npm took ${taken.join(' ')} for itself, because there is no -- before it`,
    [command, '--', ...process.argv.slice(2), ...taken].join(' '),
  );
}

function readArguments<C extends ParseArgsConfig>(config: C, usage: string) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new CliError('usage', (error as Error).message, usage.trim());
  }
}

/** Parses the value of a numeric option. The error names the option, the limits and the value. */
export function parseWholeNumber(name: string, text: string, limits: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= limits.min && value <= limits.max) return value;
  throw new CliError(
    'usage',
    `--${name} must be a whole number from ${limits.min} to ${limits.max}, got '${text}'`,
    `For example: --${name} ${limits.min}`,
  );
}

/** Runs a script's main function. Errors become text on stderr and an exit code. */
export async function runMain(main: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? exitCodes.ok;
  } catch (error) {
    process.stderr.write(describeError(error));
    const isUsage = error instanceof UsageError || (error instanceof CliError && error.code === 'usage');
    process.exitCode = isUsage ? exitCodes.usage : exitCodes.failed;
  }
}

function describeError(error: unknown): string {
  if (error instanceof CliError)
    return `\nerror ${error.code}: ${error.message}\n  ${error.hint.replaceAll('\n', '\n  ')}\n`;
  return `\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}
