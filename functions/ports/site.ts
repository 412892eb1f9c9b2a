export interface SiteFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly body: Uint8Array | string;
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface PublishedFile {
  readonly path: string;
  readonly publishedAt: Date;
}

/** The storefront's origin behind the CDN. */
export interface Site {
  list(): Promise<readonly PublishedFile[]>;
  put(file: SiteFile): Promise<void>;
  remove(paths: readonly string[]): Promise<void>;
}
