/** One command of a cloud's own tool. */
export interface Step {
  readonly title: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** The page's files, in two folders by how long browsers may cache them. */
export interface Page {
  /** Names hold a hash of the content. */
  readonly assets: string;
  /** Replaced under the same name, and `config.json`. */
  readonly pages: string;
}

/** For files whose name changes with their content. */
export const foreverCacheControl = 'public, max-age=31536000, immutable';
