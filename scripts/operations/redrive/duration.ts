import { CliError } from '../../cli/cli.ts';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `90s`, `15m`, `2h` or `3d`. */
export function durationMs(name: string, text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (number !== undefined && unit !== undefined) return Number(number) * units[unit as keyof typeof units];
  throw new CliError(
    'usage',
    `--${name} is '${text}', must be a number with s, m, h or d`,
    `for example --${name} 15m`,
  );
}
