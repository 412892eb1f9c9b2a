import { spawn } from 'node:child_process';

/** Ends process groups and removes a folder when this process ends in a way that lets it run no code (SIGKILL). */
export interface Watchdog {
  add(processGroup: number): void;
  remove(processGroup: number): void;
  /** All is cleaned up: the watchdog has nothing to do any more. */
  dismiss(): void;
}

/**
 * The watchdog reads a pipe whose other end only this process holds: the end of the pipe is the end of the process.
 * A shell, because it costs 2 MB where a Node process costs 40. The folder goes several times, since a process may still be
 * writing while it is being killed.
 */
const program = `
groups=' '
while read -r action group; do
  case $action in
    add) groups="$groups$group ";;
    remove) groups=$(printf %s "$groups" | sed "s/ $group / /");;
    dismiss) exit 0;;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
for pause in 0 0.3 1 2; do sleep $pause; rm -rf -- "$1"; done
`;

export function startWatchdog(folder: string): Watchdog {
  // No shell on Windows: there the exit handlers are all there is.
  if (process.platform === 'win32') return { add() {}, remove() {}, dismiss() {} };
  const child = spawn('/bin/sh', ['-c', program, 'flash-sale-watchdog', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  child.stdin.on('error', () => {});
  child.unref();
  const tell = (line: string) => void child.stdin.write(`${line}\n`);
  return {
    add: (group) => tell(`add ${group}`),
    remove: (group) => tell(`remove ${group}`),
    dismiss: () => child.stdin.end('dismiss\n'),
  };
}
