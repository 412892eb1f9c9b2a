/** What is needed of `fetch`. */
export type Send = (url: string, request: PartnerRequest) => Promise<Answer>;

export interface PartnerRequest {
  readonly method: 'POST';
  readonly headers: Record<string, string>;
  readonly body: string;
  /** A redirect is an answer like any other, and not one of the partner's: a signature goes to no other host. */
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly body: AsyncIterable<Uint8Array> | null;
}
