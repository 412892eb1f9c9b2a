import { join } from 'node:path';
import { type Builder, type Rebuild, startBuilder } from './builder.ts';
import { readableLog } from './function-logs.ts';
import { republish } from './republish.ts';
import { type FunctionServer, serveFunctions } from './serve.ts';
import type { Target } from './target.ts';
import type { Workspace } from './workspace.ts';

/** On save, the next call runs the new code: served from this process, or republished where the engine runs it. */
export interface InnerLoop {
  /** For the engine's start; empty when the functions run in its own workers. */
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
  const builder = await startBuilder(join(workspace.folder, 'functions'));
  const onLog = (service: string, line: string) => {
    const text = readableLog(service, line);
    if (text) say(text);
  };
  const server = fromOneProcess ? await serveFunctions(stage, builder, onLog) : undefined;
  return {
    engineEnvironment: server?.engineEnvironment ?? {},
    connect: async (target) => {
      await server?.connect(target);
      builder.watch((rebuild) => reload({ rebuild, server, builder, target, stage, say }));
    },
    stop: async () => {
      await builder.stop();
      await server?.stop();
    },
  };
}

interface Reload {
  readonly rebuild: Rebuild;
  readonly server: FunctionServer | undefined;
  readonly builder: Builder;
  readonly target: Target;
  readonly stage: string;
  readonly say: (text: string) => void;
}

async function reload({ rebuild, server, builder, target, stage, say }: Reload): Promise<void> {
  const started = performance.now();
  if (rebuild.errors.length > 0) return say(`build failed, the last good code stays:\n${rebuild.errors.join('\n')}`);
  if (rebuild.services.length === 0) return;
  try {
    if (server) server.reload(rebuild);
    else await republish(target, stage, builder, rebuild);
    const took = server ? '' : ` in ${Math.round(performance.now() - started)} ms`;
    say(`new code in ${rebuild.services.join(', ')}${took} (${rebuild.files.join(', ')})`);
  } catch (error) {
    say(`new code could not be published: ${(error as Error).message}`);
  }
}
