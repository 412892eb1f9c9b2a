/**
 * Replaces the worker that Azure runs @azure/functions in: the library imports a module of this name and registers its
 * functions there. This file declares what version 4.16.5 calls.
 */

/** Data sent between host and worker; one of the fields is set. */
export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpData;
}

export interface HttpData {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: TypedData;
  readonly statusCode?: string;
}

export interface Binding {
  readonly type: string;
  readonly direction: 'in' | 'out';
  readonly methods?: readonly string[];
  readonly route?: string;
  readonly queueName?: string;
  readonly dataType?: string;
  readonly schedule?: string;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

export type FunctionCallback = (...given: unknown[]) => unknown;

export interface Registered {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

interface Call {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: {
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  };
  readonly log: (level: string, category: string, text: string) => void;
}

interface InvocationModel {
  getArguments(): Promise<{ readonly context: object; readonly inputs: readonly unknown[] }>;
  invokeFunction(context: object, inputs: readonly unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<{ readonly returnValue?: TypedData | null }>;
}

export interface ProgrammingModel {
  getCapabilities(capabilities: Record<string, string>): Promise<unknown>;
  getInvocationModel(call: Call): InvocationModel;
}

export const registered: Registered[] = [];
let model: ProgrammingModel | undefined;

export function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): void {
  registered.push({ metadata, callback });
}

export function setProgrammingModel(given: ProgrammingModel): void {
  model = given;
}

/** Hooks around invocations; no entry uses them. */
export function registerHook(): never {
  throw new Error('the local Functions host does not support hooks');
}

export function log(level: string, _category: string, text: string): void {
  process.stderr.write(`${level}: ${text}\n`);
}

/** No function may be registered after this. */
export async function lock(): Promise<void> {
  await model?.getCapabilities({});
}

/** Invokes a function as the worker does: the library builds the arguments, and the response from the result. */
export async function invoke(
  { metadata, callback }: Registered,
  given: {
    readonly invocationId: string;
    readonly data: TypedData;
    readonly triggerMetadata?: Record<string, TypedData>;
  },
): Promise<TypedData | null | undefined> {
  if (!model) throw new Error('@azure/functions has set no programming model');
  const { invocationId, data, triggerMetadata } = given;
  const [name = ''] = Object.entries(metadata.bindings).find(([, { direction }]) => direction === 'in') ?? [];
  const request = { inputData: [{ name, data }], ...(triggerMetadata && { triggerMetadata }) };
  const invocation = model.getInvocationModel({ invocationId, metadata, request, log });
  const { context, inputs } = await invocation.getArguments();
  const result = await invocation.invokeFunction(context, inputs, callback);
  return (await invocation.getResponse(context, result)).returnValue;
}

export function triggerOf({ metadata }: Registered): Binding {
  const trigger = Object.values(metadata.bindings).find(({ direction }) => direction === 'in');
  if (!trigger) throw new Error(`function ${metadata.name} has no trigger`);
  return trigger;
}
