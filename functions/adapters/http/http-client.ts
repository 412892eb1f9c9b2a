import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Send } from './send.ts';

/**
 * Node's own HTTP client, because loading `fetch` adds 35 ms to a cold start. It follows no redirects, so that a
 * signature reaches no other host.
 */
export const httpClient: { send: Send } = {
  send: (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const request = url.startsWith('https:') ? requestHttps : requestHttp;
      // Nothing here could decompress an answer.
      const asked = request(url, { method, headers: { ...headers, 'accept-encoding': 'identity' }, signal });
      asked.once('error', reject);
      // For example after 101, which is neither an answer nor an error.
      asked.once('close', () => reject(new Error('the connection ended without an answer')));
      asked.once('response', (response) => {
        const get = (name: string) => response.headers[name.toLowerCase()]?.toString() ?? null;
        resolve({ status: response.statusCode ?? 0, headers: { get }, body: response });
      });
      asked.end(body);
    }),
};
