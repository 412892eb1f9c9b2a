export interface Frame {
  readonly name?: string;
  readonly file: string;
  readonly line: string;
  readonly column: string;
}

const file = String.raw`(?<file>[a-z]+-(?:aws|azure|google)-[0-9a-f]{12}\.js):(?<line>\d+):(?<column>\d+)`;
/** The function's name where V8 gives one. */
const name = String.raw`(?:(?<![\w$.])(?<name>(?:[\w$]+\.)*[\w$]+)(?: \[as [^\]]+\])? )?`;
const path = String.raw`[^\s()"']*?`;

/**
 * A position in a bundle, in parentheses or bare, as named groups. One that is cut off at the end of a
 * log is none: its number would name another place.
 */
export const frame = new RegExp(
  String.raw`${name}\(${path}${file}(?=[),])|(?<![^\s"'[\]<>,=|])${path}${file}(?![\d…])`,
  'g',
);
