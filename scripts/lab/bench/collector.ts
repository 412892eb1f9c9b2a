import { listen } from '../../platform/http/listen.ts';

const maxBodyBytes = 64 * 1024 * 1024;

/** A collector in a process of its own: accepts every OTLP request, and discards it. */
const { port } = await listen(
  0,
  'the collector',
  (request, response) => {
    request.resume().once('end', () => response.end('{}'));
  },
  { maxBodyBytes },
);
process.send?.(port);
process.once('disconnect', () => process.exit());
