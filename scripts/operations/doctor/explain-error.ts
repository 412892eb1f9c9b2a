import { classifyError } from '../../cli/plain-errors.ts';
import { type Look, type Permission, unknown } from './check.ts';

/** A check got no answer in time. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** A refused or failed call makes its line `unknown`, because nothing is proven. */
export function explainError(error: unknown, permissions: readonly Permission[]): Look {
  const kind = classifyError(error);
  const said = kind?.said ?? firstLine(error);
  switch (kind?.code) {
    case 'access_denied':
      return unknown(
        `access denied: ${said}`,
        `permission ${permissions.map(({ action }) => action).join(', ')}`,
        'Grant it: npm run doctor -- --permissions prints every permission needed.',
      );
    case 'throttled':
      return unknown(`throttled: ${said}`, 'an answer', 'Run it again in a minute.');
    case 'unreachable':
      return unknown(`no answer: ${said}`, 'an answer', 'Check network, proxy and the spelling of the region.');
    case 'credentials_missing':
      return unknown(`no credentials: ${said}`, 'credentials', kind.hint);
    case 'credentials_refused':
      return unknown(
        `credentials refused: ${said}`,
        'valid credentials',
        'They expired, or the region is not enabled. Sign in again.',
      );
    default:
      return unknown(`error: ${said}`, 'an answer', 'Run it again. If the error persists, report it with this line.');
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n')[0] ?? '';
