import { readToken } from '../cli-token.ts';
import { RestContext, type RestOptions } from '../rest-context.ts';

export const signIn = 'gcloud auth login';

/** A stage in a Google project. */
export class GoogleContext extends RestContext {
  constructor(options: RestOptions) {
    const { domain } = options.stage.edge;
    super(options, [
      { name: 'project', ...(options.account !== undefined && { default: options.account }) },
      { name: 'region', default: 'europe-west1' },
      { name: 'domain', ...(domain && { default: domain.name }) },
    ]);
  }

  protected readonly cloud = 'google';

  get project(): string {
    return this.value('project');
  }

  get region(): string {
    return this.value('region');
  }

  get domain(): string | null {
    return this.value('domain') || null;
  }

  protected readToken(): Promise<string> {
    return readToken(this.options.run, {
      program: 'gcloud',
      args: ['auth', 'print-access-token'],
      install: 'https://cloud.google.com/sdk/docs/install',
      signIn,
    });
  }
}
