import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loopback } from '../../platform/http/listen.ts';

/** A collector in a process of its own: accepts every OTLP request, and discards it. */
const server = createServer((request, response) => {
  request.resume().once('end', () => response.end('{}'));
});
server.listen(0, loopback, () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
