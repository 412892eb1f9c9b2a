import { openSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { apps } from '../../../functions/adapters/azure/apps.ts';
import { projectPascal } from '../../../functions/contracts/project.ts';
import { type GuardedChild, spawnGuarded } from '../../platform/process/guarded-child.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import type { Workspace } from '../../platform/process/workspace.ts';
import { childEnvironment } from './child-environment.ts';
import { stopChild, waitForLog } from './child-log.ts';

export type AppName = keyof typeof apps;

export interface FunctionApp {
  readonly name: AppName;
  readonly pid: number;
  /** The URL of its HTTP functions; undefined when it has none. */
  readonly url: string | undefined;
  readonly process: GuardedChild['process'];
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Starts a function app as its own process, with its app settings and nothing else of this environment. */
export async function startFunctionApp(
  workspace: Workspace,
  name: AppName,
  settings: Readonly<Record<string, string>>,
): Promise<FunctionApp> {
  const logFile = join(workspace.folder, `app-${name}.log`);
  const child = spawnHost(workspace, name, settings, logFile);
  const pattern = /^function app ready: (.*)$/gm;
  const [answer = ''] = await waitForLog(`the function app ${name}`, child, { file: logFile, pattern, times: 1 }).catch(
    async (error) => {
      await stopChild(child);
      throw error;
    },
  );
  return {
    name,
    pid: child.process.pid ?? 0,
    url: answer.startsWith('http') ? answer : undefined,
    process: child.process,
    logFile,
    stop: () => stopChild(child),
  };
}

function spawnHost(
  workspace: Workspace,
  name: AppName,
  settings: Readonly<Record<string, string>>,
  logFile: string,
): GuardedChild {
  const entries = apps[name].map(
    (service) => pathToFileURL(join(projectFolder, 'functions', service, 'azure.ts')).href,
  );
  return spawnGuarded(
    workspace,
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(projectFolder, 'scripts/clouds/azure/functions-host.ts')],
    {
      cwd: workspace.folder,
      env: childEnvironment(workspace, {
        ...settings,
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: projectPascal,
        FUNCTION_ENTRIES: entries.join(','),
        FUNCTION_HTTP: String(name === 'api'),
      }),
      output: openSync(logFile, 'a'),
    },
  );
}
