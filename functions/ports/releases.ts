/** A new version of a service, before or while calls move to it. */
export interface Candidate {
  readonly service: string;
  readonly version: string;
}

/** A call of a release's hook, which must be answered or the release waits for an hour. */
export interface HookCall {
  readonly deploymentId: string;
  readonly executionId: string;
}

export interface Releases {
  find(deploymentId: string): Promise<Candidate>;
  report(call: HookCall, passed: boolean): Promise<void>;
}

export interface Functions {
  /**
   * The answer of one version, or of whichever the alias chooses.
   *
   * @throws {FunctionFailed} when it threw, or did not start
   */
  call(service: string, qualifier: string, event: unknown): Promise<unknown>;
}

export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
}

/** Rows as a table's stream delivers them. */
export interface StreamImages {
  /** @throws {Error} when the order has no event of this version */
  findEvent(orderId: string, version: number): Promise<unknown>;
  findProduct(sku: string): Promise<unknown>;
}
