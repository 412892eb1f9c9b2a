/** One command of a cloud's own tool. */
export interface Step {
  readonly title: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** Folders of the page's files, split by how long browsers may cache them. */
export interface Page {
  /** Files whose names hold a hash of their content. */
  readonly assets: string;
  /** Pages and `config.json`, which are replaced under the same name. */
  readonly pages: string;
}

/** For files whose name changes with their content. */
export const foreverCacheControl = 'public, max-age=31536000, immutable';
