export interface Session {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const read = (answer: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]+)</${name}>`).exec(answer)?.[1];

/** Role sessions issued by an engine that does not check signatures; the gateway checks them instead. */
export class Sessions {
  readonly #issued = new Map<string, Session>();

  /** @param answer a response of STS: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
  learn(answer: string): void {
    const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
      (name) => read(answer, name),
    );
    if (accessKeyId && secretAccessKey && sessionToken)
      this.#issued.set(accessKeyId, { secretAccessKey, sessionToken });
  }

  find(accessKeyId: string, sessionToken: string | undefined): Session | undefined {
    const session = this.#issued.get(accessKeyId);
    return session?.sessionToken === sessionToken ? session : undefined;
  }
}
