import type { Server } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';

/** The framework's server for a registered function. The caller picks the address; the framework's CLI listens on all. */
export function frameworkServer(functionName: string): Server {
  return getTestServer(functionName);
}
