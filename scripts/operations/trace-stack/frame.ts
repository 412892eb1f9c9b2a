export interface Frame {
  readonly name?: string;
  readonly file: string;
  readonly line: string;
  readonly column: string;
}

const file = String.raw`(?<file>[a-z]+-(?:aws|azure|google)-[0-9a-f]{12}\.js):(?<line>\d+):(?<column>\d+)`;
/** The function's name, where V8 gives one. */
const name = String.raw`(?:(?<![\w$.])(?<name>(?:[\w$]+\.)*[\w$]+)(?: \[as [^\]]+\])? )?`;
const path = String.raw`[^\s()"']*?`;

/**
 * A position in a bundle, in parentheses or bare, as named groups. A position truncated at the end of a log does not
 * match: its number would point to the wrong place.
 */
export const frame = new RegExp(
  String.raw`${name}\(${path}${file}(?=[),])|(?<![^\s"'[\]<>,=|])${path}${file}(?![\d…])`,
  'g',
);
