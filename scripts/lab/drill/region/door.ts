import { Forwarder } from '../../../platform/http/forward.ts';
import { anyPage } from '../../../platform/http/guard.ts';
import { type Listener, listen } from '../../../platform/http/listen.ts';

/** A region's public address. While it is closed it refuses connections; functions, queues and replication continue. */
export interface Door {
  readonly url: string;
  /** Ends all connections: answers in transit are lost. */
  close(): Promise<void>;
  open(): Promise<void>;
  stop(): Promise<void>;
}

export async function openDoor(apiUrl: string): Promise<Door> {
  const forwarder = new Forwarder({ url: new URL(apiUrl) });
  const { host } = new URL(apiUrl);
  const listenAt = (port: number) =>
    listen(port, 'the door', (request, response) => forwarder.forward(request, response, { host }), { guard: anyPage });
  let listener: Listener | undefined = await listenAt(0);
  const { url, port } = listener;
  const close = async () => {
    await listener?.close();
    listener = undefined;
  };
  return {
    url,
    close,
    open: async () => {
      listener ??= await listenAt(port);
    },
    stop: async () => {
      await close();
      forwarder.close();
    },
  };
}
