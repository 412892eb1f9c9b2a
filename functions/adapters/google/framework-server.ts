import { subscribe } from 'node:diagnostics_channel';
import type { RequestListener, Server } from 'node:http';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';

// Google starts each function with the framework's command, which loads our module and then creates a server. That
// server would read a body of up to 1 GB, inflate and parse it before the function sees the request, and answer what it
// cannot parse with a page of HTML. So the framework only starts the process, and its server gets our listener.

const listeners = new Map<string, RequestListener>();

/** Registers a function that gets each request unread. */
export function register(functionName: string, listener: RequestListener): void {
  listeners.set(functionName, listener);
  http(functionName, () => {
    throw new Error(`function ${functionName}: the framework's own listener was called`);
  });
}

/** The framework's server for a registered function. The caller picks the address; the framework's CLI listens on all. */
export function frameworkServer(functionName: string): Server {
  const server = getTestServer(functionName);
  takeOver(server, functionName);
  return server;
}

function takeOver(server: Server, functionName: string): void {
  const listener = listeners.get(functionName);
  if (!listener) throw new Error(`function ${functionName} is not registered`);
  server.removeAllListeners('request').on('request', listener);
  // The listener decides before the client sends the body; Node sends `100 Continue` with the first read otherwise.
  server.on('checkContinue', (request, response) => {
    response.writeContinue();
    listener(request, response);
  });
  server.on('checkExpectation', listener);
}

/** https://cloud.google.com/functions/docs/configuring/env-var */
const deployed = process.env.FUNCTION_TARGET;
const taken = new WeakSet<Server>();

if (deployed !== undefined)
  // Published before the server's listeners are called: https://nodejs.org/api/diagnostics_channel.html#http
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { server: Server };
    if (taken.has(server)) return;
    taken.add(server);
    takeOver(server, deployed);
  });
