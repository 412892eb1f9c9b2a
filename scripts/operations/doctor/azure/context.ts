import { readToken } from '../cli-token.ts';
import { RestContext, type RestOptions } from '../rest-context.ts';

export const signIn = 'az login, then az account set --subscription ID';
const management = 'https://management.azure.com';

/** A stage in an Azure subscription. */
export class AzureContext extends RestContext {
  constructor(options: RestOptions) {
    super(options, [
      { name: 'subscription_id', ...(options.account !== undefined && { default: options.account }) },
      {
        name: 'suffix',
        judge: (value) => (/^[a-z0-9]{3,8}$/.test(value) ? undefined : 'must be 3 to 8 lowercase letters and digits'),
      },
      { name: 'location', default: 'westeurope' },
    ]);
  }

  protected readonly cloud = 'azure';

  get subscription(): string {
    return this.value('subscription_id');
  }

  /** Without spaces, which Azure accepts as well. */
  get location(): string {
    return toRegion(this.value('location'));
  }

  get domain(): string | null {
    return this.stage.edge.domain?.name ?? null;
  }

  protected readToken(): Promise<string> {
    return readToken(this.options.run, {
      program: 'az',
      // The subscription's tenant need not be the default one.
      args: [
        ...['account', 'get-access-token', '--query', 'accessToken', '--output', 'tsv'],
        ...(this.subscription === '' ? [] : ['--subscription', this.subscription]),
      ],
      install: 'https://learn.microsoft.com/cli/azure/install-azure-cli',
      signIn,
    });
  }

  /** @param path within the subscription, with its query */
  inSubscription(path: string): string {
    return `${management}/subscriptions/${this.subscription}${path}`;
  }
}

/** Turns `West Europe` into `westeurope`. */
export const toRegion = (name: string): string => name.replaceAll(' ', '').toLowerCase();
