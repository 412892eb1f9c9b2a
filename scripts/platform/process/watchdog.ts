import { spawn } from 'node:child_process';
import { project } from '../../../functions/contracts/project.ts';

/** Kills process groups and removes a folder when this process dies without running exit handlers (SIGKILL). */
export interface Watchdog {
  add(processGroup: number): void;
  remove(processGroup: number): void;
  /** Ends the watchdog once everything is cleaned up. */
  dismiss(): void;
}

/**
 * The watchdog reads a pipe whose other end only this process holds, so the pipe closes when the process dies.
 * It is a shell, which takes 2 MB; a Node process takes 40. It removes the folder several times, because a process may
 * still write while it is being killed.
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
  // Windows has no such shell, so only the exit handlers clean up.
  if (process.platform === 'win32') return { add() {}, remove() {}, dismiss() {} };
  const child = spawn('/bin/sh', ['-c', program, `${project}-watchdog`, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  child.stdin.on('error', () => {});
  child.unref();
  const send = (line: string) => void child.stdin.write(`${line}\n`);
  return {
    add: (group) => send(`add ${group}`),
    remove: (group) => send(`remove ${group}`),
    dismiss: () => child.stdin.end('dismiss\n'),
  };
}
