/** Sends one request. A redirect is returned like any response; it is not an answer of the partner. */
export type Send = (url: string, request: PartnerRequest) => Promise<Answer>;

export interface PartnerRequest {
  readonly method: 'POST';
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}
