import { join } from 'node:path';
import * as z from 'zod';
import { foreverCacheControl, type Page, type Step } from '../publish/step.ts';

/** The output `Publishing` of the stack. */
export const publishing = z.object({
  resourceGroup: z.string().min(1),
  pageAccount: z.string().min(1),
  packages: z.record(z.string(), z.object({ app: z.string().min(1), zip: z.string().min(1) })),
  config: z.record(z.string(), z.string()),
});

export interface PublishOptions {
  readonly stackFolder: string;
  readonly page: Page | undefined;
  readonly pageCacheControl: string;
}

/** Publishes the code first, so that the page never calls an older API. */
export function publishSteps(given: unknown, options: PublishOptions): Step[] {
  const { resourceGroup, pageAccount, packages } = publishing.parse(given);
  const code = Object.entries(packages).flatMap(([service, { app, zip }]) =>
    codeSteps(service, ['--resource-group', resourceGroup, '--name', app], join(options.stackFolder, zip)),
  );
  return [...code, ...(options.page ? pageSteps(pageAccount, options.page, options.pageCacheControl) : [])];
}

/** Flex Consumption takes a package only this way: https://learn.microsoft.com/azure/azure-functions/deployment-zip-push */
function codeSteps(service: string, app: readonly string[], zip: string): Step[] {
  const settings = ['AzureWebJobsStorage', 'DEPLOYMENT_STORAGE_CONNECTION_STRING'];
  return [
    {
      // The provider adds them to each app, whose identity they would replace.
      title: `${service}: remove connection strings without a key`,
      command: ['az', 'functionapp', 'config', 'appsettings', 'delete', ...app, '--setting-names', ...settings],
    },
    {
      title: `${service}: deploy the package`,
      command: ['az', 'functionapp', 'deployment', 'source', 'config-zip', ...app, '--src', zip],
    },
  ];
}

/** Assets before pages, so that no page asks for a missing one. Old assets stay for pages that are still open. */
function pageSteps(account: string, { assets, pages }: Page, pageCacheControl: string): Step[] {
  const storage = ['--account-name', account, '--auth-mode', 'login'];
  const upload = (source: string, cacheControl: string, path: readonly string[]): Step['command'] => [
    ...(['az', 'storage', 'blob', 'upload-batch'] as const),
    ...[...storage, '--destination', '$web', ...path, '--source', source],
    ...['--content-cache-control', cacheControl, '--overwrite', 'true'],
  ];
  return [
    {
      title: 'page: switch the website on',
      command: [
        ...(['az', 'storage', 'blob', 'service-properties', 'update'] as const),
        ...[...storage, '--static-website', 'true', '--index-document', 'index.html'],
      ],
    },
    {
      title: 'page: upload the assets',
      command: upload(assets, foreverCacheControl, ['--destination-path', 'assets']),
    },
    { title: 'page: upload the page and its config.json', command: upload(pages, pageCacheControl, []) },
  ];
}
