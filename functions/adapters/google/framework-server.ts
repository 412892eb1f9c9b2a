import type { Server } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';

/** The framework's own server for a registered function, to listen where the caller says: its CLI takes every interface. */
export function frameworkServer(functionName: string): Server {
  return getTestServer(functionName);
}
