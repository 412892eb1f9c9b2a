import * as z from 'zod';
import { foreverCacheControl, type Page, type Step } from '../publish/step.ts';

/** The output `Publishing` of the stack. */
export const publishing = z.object({
  bucket: z.string().min(1),
  config: z.record(z.string(), z.string()),
});

export interface PublishOptions {
  readonly page: Page | undefined;
  readonly pageCacheControl: string;
}

/** Only the page: the apply uploads the functions. Assets first; old ones stay for pages that are still open. */
export function publishSteps(given: unknown, { page, pageCacheControl }: PublishOptions): Step[] {
  const { bucket } = publishing.parse(given);
  if (!page) return [];
  const upload = (source: string, target: string, cacheControl: string): Step['command'] => [
    ...(['gcloud', 'storage', 'cp', '--recursive', `${source}/*`, target] as const),
    `--cache-control=${cacheControl}`,
  ];
  return [
    {
      title: 'page: upload the assets',
      command: upload(page.assets, `gs://${bucket}/assets/`, foreverCacheControl),
    },
    {
      title: 'page: upload the page and its config.json',
      command: upload(page.pages, `gs://${bucket}/`, pageCacheControl),
    },
  ];
}
