import { join } from 'node:path';
import type { Service } from '../../../stacks/model/services.ts';
import type { Target } from '../engine/target.ts';
import type { Workspace } from '../process/workspace.ts';
import { SpanExporter } from '../tracing/exporter.ts';
import { LineFile, lineFileName } from '../tracing/line-file.ts';
import { readOtlpSettings } from '../tracing/otlp.ts';
import { startBuilder } from './builder.ts';
import { formatLog, parseLog } from './function-logs.ts';
import { tailLogs } from './log-tail.ts';
import { republish } from './republish.ts';
import { type OnInvoked, serveFunctions } from './serve.ts';
import type { Versions } from './versions.ts';

/** Puts saved code into use by the next call, in this process or republished to the engine. */
export interface InnerLoop {
  /** Environment for the engine's start; empty if the functions run in its own workers. */
  readonly engineEnvironment: Readonly<Record<string, string>>;
  connect(target: Target): Promise<void>;
  /** Only if the functions run in this process. */
  readonly versions?: Versions;
  stop(): Promise<void>;
}

/** Callbacks for the functions' activity. */
export interface LoopObserver {
  /** Called if the functions run in this process, which then sees every invocation and its failures. */
  readonly onServed: () => void;
  readonly onInvoked: OnInvoked;
  /** Called for each metrics line (EMF) of a function. */
  readonly onRecord: (service: string, record: Readonly<Record<string, unknown>>) => void;
}

export interface InnerLoopOptions {
  readonly workspace: Workspace;
  readonly stage: string;
  readonly fromOneProcess: boolean;
  readonly say: (text: string) => void;
  readonly observer?: LoopObserver | undefined;
}

export async function startInnerLoop(options: InnerLoopOptions): Promise<InnerLoop> {
  const { workspace, stage, fromOneProcess, say, observer } = options;
  const builder = startBuilder(join(workspace.folder, 'functions'), { packagesApart: fromOneProcess });
  const lines = keepLines(options);
  const onLog = (service: Service, line: string) => {
    lines.take(service, line);
    const record = parseLog(line);
    if (record && '_aws' in record) observer?.onRecord(service, record);
    const text = formatLog(service, line, record);
    if (text) say(text);
  };
  const server = fromOneProcess
    ? await serveFunctions(stage, builder, { onLog, onInvoked: observer?.onInvoked })
    : undefined;
  if (server) observer?.onServed();
  // A worker's report does not tell whether the invocation failed.
  const onReport =
    observer && ((service: Service, seconds: number) => observer.onInvoked({ service, seconds, failed: false }));
  let stopTail = () => {};
  return {
    engineEnvironment: server?.engineEnvironment ?? {},
    ...(server && { versions: server.versions }),
    connect: async (target) => {
      await builder.ready;
      await server?.connect(target);
      if (!server) stopTail = tailLogs(target, stage, { onLine: onLog, onReport });
      const onBuilt = server?.reload ?? ((service) => republish(target, stage, builder, service));
      builder.watch(onBuilt, say);
    },
    stop: async () => {
      stopTail();
      await builder.stop();
      await server?.stop();
      await lines.stop();
    },
  };
}

/** Keeps the lines for commands in another terminal, and exports them as traces if a collector is set. */
function keepLines({ workspace, stage, say }: InnerLoopOptions) {
  const lineFile = new LineFile(join(workspace.folder, lineFileName));
  const settings = readOtlpSettings();
  const exporter = settings && new SpanExporter({ settings, stage, onTrouble: say });
  return {
    take(service: Service, line: string): void {
      lineFile.write(service, line);
      exporter?.take(service, line);
    },
    async stop(): Promise<void> {
      lineFile.close();
      await exporter?.stop();
    },
  };
}
