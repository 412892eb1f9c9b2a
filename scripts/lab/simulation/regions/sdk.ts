/** Stands in for the SDK in clients of other regions: each command goes to the running simulation. */
export interface ClientSettings {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: { readonly requestTimeout: number };
}

type Route = (settings: ClientSettings, command: never) => Promise<object>;

let route: Route = () => Promise.reject(new Error('no simulation of regions runs'));

/** A thread runs only one simulation at a time. */
export function routeOtherRegions(to: Route): void {
  route = to;
}

export class DynamoDBClient {
  readonly settings: ClientSettings;

  constructor(settings: ClientSettings) {
    this.settings = settings;
  }
}

export class DynamoDBDocumentClient {
  readonly #settings: ClientSettings;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

  static from({ settings }: DynamoDBClient): DynamoDBDocumentClient {
    return new DynamoDBDocumentClient(settings);
  }

  send(command: never): Promise<object> {
    return route(this.#settings, command);
  }
}
