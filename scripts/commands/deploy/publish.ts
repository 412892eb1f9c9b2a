import { join, resolve } from 'node:path';
import { clouds } from '../../../stacks/model/clouds/clouds.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { findStage, stageNames } from '../../../stacks/model/stages/stages.ts';
import { CliError, parseCommandLine, runMain } from '../../cli/cli.ts';
import { buildPage } from '../../clouds/publish/build-page.ts';
import { readPublishing } from '../../clouds/publish/read-publishing.ts';
import { forNewRoles, quote, runSteps } from '../../clouds/publish/run-steps.ts';
import type { Page, Step } from '../../clouds/publish/step.ts';
import { localFolder } from '../../platform/process/paths.ts';

const others = clouds.filter((cloud) => cloud !== 'aws');
const remote = stageNames.filter((name) => !name.startsWith('local'));

const usage = `
usage: npm run publish -- --cloud NAME [--stage NAME] [--out FOLDER] [--print]

After each terraform apply: publishes the page with its config.json, and on Azure first the functions' code. Uses az or
gcloud, as you are signed in. A failed step is retried for ten minutes, until new roles take effect. On AWS, each deploy
publishes automatically.

  --cloud NAME one of ${others.join(', ')}
  --stage NAME one of ${remote.join(', ')} (default dev)
  --out FOLDER the folder of synth:terraform (default cdktf.out)
  --print      print the commands instead of running them
  --help
`;

/** The exports of `clouds/<cloud>/publish-steps.ts`; a fork may have deleted a cloud. */
interface CloudSteps {
  readonly publishSteps: (
    publishing: unknown,
    options: { readonly stackFolder: string; readonly page: Page | undefined; readonly pageCacheControl: string },
  ) => Step[];
}

await runMain(async () => {
  const options = parseCommandLine(usage, {
    cloud: { type: 'string' },
    stage: { type: 'string', default: 'dev' },
    out: { type: 'string', default: 'cdktf.out' },
    print: { type: 'boolean', default: false },
  });
  const cloud = others.find((one) => one === options.cloud);
  if (!cloud)
    throw new CliError('usage', `--cloud is '${options.cloud ?? ''}', must be ${others.join(' or ')}`, usage.trim());
  if (!remote.includes(options.stage))
    throw new CliError('usage', `--stage is '${options.stage}', must be one of ${remote.join(', ')}`, usage.trim());
  const stage = findStage(options.stage);
  const stackFolder = resolve(options.out, 'stacks', physicalName(stage.name, cloud));
  const publishing = readPublishing(stackFolder) as { readonly config: Readonly<Record<string, string>> };
  const { browserSeconds, edgeSeconds } = stage.caching.page;
  const { publishSteps }: CloudSteps = await import(`../../clouds/${cloud}/publish-steps.ts`);
  const steps = publishSteps(publishing, {
    stackFolder,
    page: buildPage(join(localFolder, 'publish', `${stage.name}-${cloud}`), publishing.config),
    pageCacheControl: `public, max-age=${browserSeconds}, s-maxage=${edgeSeconds}`,
  });
  if (options.print) process.stdout.write(steps.map(({ command }) => `${command.map(quote).join(' ')}\n`).join(''));
  else await runSteps(steps, forNewRoles);
  process.stderr.write(options.print ? '' : `published ${stage.name} on ${cloud}\n`);
  return undefined;
});
