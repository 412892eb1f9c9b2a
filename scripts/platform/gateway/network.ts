import type { ServerResponse } from 'node:http';
import type { Forwarding } from '../http/forward.ts';
import type { GatewayCall } from './gateway-call.ts';

export type OnHeaders = NonNullable<Forwarding['onHeaders']>;

/** Receives calls from other regions. */
export interface Entrance {
  receive(call: GatewayCall, response: ServerResponse, onHeaders: OnHeaders): Promise<void>;
  receiveAndDiscard(call: GatewayCall): Promise<void>;
}

export interface Route {
  readonly from: string;
  readonly to: string;
}

/** Connects the regions of one run. Connections can be cut, and regions can be lost. */
export class Network {
  readonly regions: readonly string[];
  /** Number of calls between regions that did not arrive. */
  unanswered = 0;
  readonly #entrances = new Map<string, Entrance>();
  readonly #lost = new Set<string>();
  readonly #underWay = new Set<ServerResponse>();
  #isCut = false;

  constructor(regions: readonly string[]) {
    this.regions = regions;
  }

  join(region: string, entrance: Entrance): void {
    this.#entrances.set(region, entrance);
  }

  /** Whether calls and replication between two regions arrive. */
  reaches(from: string, to: string): boolean {
    return !this.#isCut && !this.#lost.has(from) && !this.#lost.has(to);
  }

  /** Stops all traffic between regions, including answers to calls in progress. */
  cut(): void {
    this.#isCut = true;
    this.#dropAll();
  }

  heal(): void {
    this.#isCut = false;
  }

  lose(region: string): void {
    this.#lost.add(region);
    this.#dropAll();
  }

  /** Resolves when the exchange is over. A call that does not arrive gets no answer; its caller times out. */
  async deliver(route: Route, call: GatewayCall, response: ServerResponse, onHeaders: OnHeaders): Promise<void> {
    const entrance = this.#entranceOf(route);
    if (!entrance) {
      this.unanswered++;
      return;
    }
    this.#underWay.add(response);
    response.once('close', () => this.#underWay.delete(response));
    await entrance.receive(call, response, onHeaders);
  }

  async deliverAndDiscard(route: Route, call: GatewayCall): Promise<void> {
    await this.#entranceOf(route)?.receiveAndDiscard(call);
  }

  #entranceOf({ from, to }: Route): Entrance | undefined {
    return this.reaches(from, to) ? this.#entrances.get(to) : undefined;
  }

  #dropAll(): void {
    for (const response of this.#underWay) response.socket?.resetAndDestroy();
  }
}
