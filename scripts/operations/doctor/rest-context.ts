import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { classifyError } from '../../cli/plain-errors.ts';
import { failed, type Look } from './check.ts';
import { type RunTool, SignInError } from './cli-token.ts';
import type { IssuerContext } from './issuer.ts';
import { askAllPages, askRest } from './rest.ts';
import { explainUnread, namesOf, readState, type State } from './terraform-state.ts';
import { commonVariables, type NeededVariable, readVariable, type Variables } from './variables.ts';
import type { Web } from './web.ts';

export interface RestOptions {
  readonly stage: Stage;
  /** Subscription or project that the user wants to deploy to. */
  readonly account: string | undefined;
  readonly variables: Variables;
  readonly web: Web;
  readonly run: RunTool;
  /** Folder that contains cdktf.out. @default the working directory */
  readonly root?: string;
}

/** A stage on a cloud with a REST API, called with the token of the cloud's command line tool. */
export abstract class RestContext {
  readonly options: RestOptions;
  readonly stage: Stage;
  readonly web: Web;
  readonly variables: Variables;
  readonly needed: readonly NeededVariable[];
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(options: RestOptions, own: readonly NeededVariable[]) {
    this.options = options;
    this.stage = options.stage;
    this.web = options.web;
    this.variables = options.variables;
    this.needed = [...own, ...commonVariables(options.stage)];
  }

  /** A variable's value or default; '' if it has neither. */
  value(name: string): string {
    return readVariable(this.variables, this.needed.find((one) => one.name === name) ?? { name });
  }

  get issuer(): IssuerContext['issuer'] {
    const url = this.value('oidc_issuer');
    return url === '' ? { none: "nothing yet: the line 'variables' reports the missing issuer" } : { url };
  }

  protected abstract readonly cloud: string;

  private state(): Promise<State> {
    const { run, root } = this.options;
    return this.once('state', () => readState(run, { stage: this.stage, cloud: this.cloud, ...(root && { root }) }));
  }

  /** Names that are not in Terraform's state, and an addition to the advice. */
  async withoutOwn(names: readonly string[]): Promise<{ readonly taken: readonly string[]; readonly advice: string }> {
    if (names.length === 0) return { taken: [], advice: '' };
    const state = await this.state();
    const held = namesOf(state);
    return { taken: names.filter((name) => !held.has(name)), advice: explainUnread(state) };
  }

  token(): Promise<string> {
    return this.once('token', () => this.readToken());
  }

  protected abstract readToken(): Promise<string>;

  async ask<Answer>(url: string, body?: unknown): Promise<Answer> {
    return askRest<Answer>(this.web.fetch, { url, token: await this.token(), body });
  }

  async askAll<Page>(url: string, next: (page: Page) => string | undefined): Promise<Page[]> {
    return askAllPages<Page>(this.web.fetch, { url, token: await this.token() }, next);
  }

  once<Answer>(key: string, read: () => Promise<Answer>): Promise<Answer> {
    const known = this.answers.get(key) ?? read();
    this.answers.set(key, known);
    return known as Promise<Answer>;
  }
}

/** A refused or missing sign-in fails its line. Any other error proves nothing. */
export function judgeSignIn(error: unknown, signIn: string): Look {
  const needed = 'a valid sign-in';
  if (error instanceof SignInError) return failed(error.message, needed, error.action);
  const kind = classifyError(error);
  if (kind?.code === 'credentials_refused') return failed(`refused: ${kind.said}`, needed, signIn);
  throw error;
}
