import { CliError } from '../../cli/cli.ts';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses `90s`, `15m`, `2h` or `3d`. Milliseconds. */
export function parseDuration(name: string, text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (number !== undefined && unit !== undefined) return Number(number) * units[unit as keyof typeof units];
  throw new CliError(
    'usage',
    `--${name} is '${text}', must be a whole number of up to 6 digits followed by s, m, h or d`,
    `For example: --${name} 15m`,
  );
}
