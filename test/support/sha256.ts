import { createHash, createHmac } from 'node:crypto';

/** SHA-256 as @smithy/signature-v4 takes it; with a secret, HMAC. */
export class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = ArrayBuffer.isView(secret) ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength) : secret;
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key as string);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  reset(): void {}

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}
