import { CliError } from '../../cli/cli.ts';
import type { BookEntry } from './book.ts';
import type { PartnerCalls } from './counts.ts';
import type { PartnerScript, PartnerScriptInput } from './script.ts';

/** Client for the partner of a platform in another process. */
export function partnerClient(url: string) {
  const get = async <Body>(path: string) => (await fetch(url + path)).json() as Promise<Body>;
  return {
    script: () => get<PartnerScript>('/script'),
    book: () => get<readonly BookEntry[]>('/book'),
    calls: () => get<PartnerCalls>('/calls'),
    /** Sets the secrets that callers may sign with. */
    accept: async (secrets: readonly string[]): Promise<void> => {
      const { status } = await fetch(`${url}/secrets`, { method: 'PUT', body: JSON.stringify(secrets) });
      if (status !== 204) throw new Error(`the partner answered ${status} to its secrets`);
    },
    /** @throws {CliError} partner_script_invalid */
    setScript: async (script: PartnerScriptInput): Promise<void> => {
      const answer = await fetch(`${url}/script`, { method: 'PUT', body: JSON.stringify(script) });
      if (answer.ok) return;
      const { code, detail } = (await answer.json()) as { code: string; detail: string };
      throw new CliError(code, detail, 'See npm run partner -- --help');
    },
  };
}
