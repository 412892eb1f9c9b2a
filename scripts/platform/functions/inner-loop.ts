import { join } from 'node:path';
import type { Target } from '../engine/target.ts';
import type { Workspace } from '../process/workspace.ts';
import { startBuilder } from './builder.ts';
import { formatLog } from './function-logs.ts';
import { tailLogs } from './log-tail.ts';
import { republish } from './republish.ts';
import { serveFunctions } from './serve.ts';

/** After a save, the next call runs the new code, in this process or republished to the engine. */
export interface InnerLoop {
  /** Environment for the engine's start; empty if the functions run in its own workers. */
  readonly engineEnvironment: Readonly<Record<string, string>>;
  connect(target: Target): Promise<void>;
  stop(): Promise<void>;
}

export interface InnerLoopOptions {
  readonly workspace: Workspace;
  readonly stage: string;
  readonly fromOneProcess: boolean;
  readonly say: (text: string) => void;
}

export async function startInnerLoop({ workspace, stage, fromOneProcess, say }: InnerLoopOptions): Promise<InnerLoop> {
  const builder = startBuilder(join(workspace.folder, 'functions'), { packagesApart: fromOneProcess });
  const onLog = (service: string, line: string) => {
    const text = formatLog(service, line);
    if (text) say(text);
  };
  const server = fromOneProcess ? await serveFunctions(stage, builder, onLog) : undefined;
  let stopTail = () => {};
  return {
    engineEnvironment: server?.engineEnvironment ?? {},
    connect: async (target) => {
      await builder.ready;
      await server?.connect(target);
      if (!server) stopTail = tailLogs(target, stage, onLog);
      const onBuilt = server?.reload ?? ((service) => republish(target, stage, builder, service));
      builder.watch(onBuilt, say);
    },
    stop: async () => {
      stopTail();
      await builder.stop();
      await server?.stop();
    },
  };
}
