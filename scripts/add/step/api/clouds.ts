import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';
import { azureEntry, googleEntry } from './sources.ts';

/** Entries, backends and local processes on the other clouds, with their tests. */
export function addOtherClouds(draft: Draft, step: Spelling, kept: Kept): void {
  if (kept.azure) addAzure(draft, step);
  if (kept.google) addGoogle(draft, step);
}

function addAzure(draft: Draft, step: Spelling): void {
  draft.create(`functions/${step.name}/azure.ts`, azureEntry(step));
  raiseCaching(draft, 'test/terraform/azure.test.ts');
}

function addGoogle(draft: Draft, step: Spelling): void {
  const { name } = step;
  draft.create(`functions/${name}/google.ts`, googleEntry(step));
  draft.after('stacks/terraform/google/edge.ts', ["=intake: backend('intake')"], `${name}: backend('${name}')`);
  const platform = 'scripts/clouds/google/platform.ts';
  draft.after(platform, ['concurrency', 'intake'], `${name}: 32`);
  draft.after(platform, ['openLocalApi', "=intake: to('intake')"], `${name}: to('${name}')`);
  const test = 'test/terraform/google.test.ts';
  draft.after(test, ["={ name: name('catalog'), cdn_policy }"], `{ name: name('${name}'), cdn_policy }`);
  raiseCaching(draft, test);
}

/** Counts one more function with the CDN's cache times. */
function raiseCaching(draft: Draft, test: string): void {
  for (const [times, of] of [
    ['EDGE', 'edge'],
    ['ERROR', 'staleIfError'],
  ])
    draft.rewrite(
      test,
      new RegExp(`("CACHE_${times}_SECONDS":"\\$\\{${of}Seconds\\}"\`\\)\\)\\.toHaveLength\\()(\\d+)`),
      (_, before = '', count = '') => `${before}${Number(count) + 1}`,
    );
}
