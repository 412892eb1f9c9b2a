import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { findWorkers } from '../process/memory.ts';

/** The engine's worker that made a call. Each worker runs one function. */
export interface Caller {
  readonly pid: number;
  /** The physical name of the function. */
  readonly functionName: string;
}

/** Only Linux shows (in /proc) which process has the other end of a connection. */
export const callersAreKnown = process.platform === 'linux';

/** Finds the worker at the other end of the connection; undefined for other processes, or if it has exited. */
export function findCaller(request: IncomingMessage, enginePid: number): Caller | undefined {
  const { remotePort, localPort } = request.socket;
  const inode = remotePort && localPort ? findInode(remotePort, localPort) : undefined;
  if (inode === undefined) return undefined;
  const pid = findWorkers(enginePid).find((worker) => holds(worker, inode));
  return pid === undefined ? undefined : { pid, functionName: readFunctionName(pid) };
}

/** Finds the inode of the socket with these ports. */
function findInode(ownPort: number, peerPort: number): string | undefined {
  const inHex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
  const [own, peer] = [`:${inHex(ownPort)}`, `:${inHex(peerPort)}`];
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(own) && columns[2]?.endsWith(peer)) return columns[9];
  }
  return undefined;
}

function holds(pid: number, inode: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((descriptor) => readLink(`${folder}/${descriptor}`) === `socket:[${inode}]`);
  } catch {
    // The process has exited.
    return false;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // The descriptor was closed meanwhile.
    return undefined;
  }
}

function readFunctionName(pid: number): string {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const prefix = 'AWS_LAMBDA_FUNCTION_NAME=';
    return environment.find((variable) => variable.startsWith(prefix))?.slice(prefix.length) ?? '';
  } catch {
    return '';
  }
}
