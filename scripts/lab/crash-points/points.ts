import { type Need, type Service, serviceNames, services } from '../../../stacks/model/grants.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import type { RecordedCall } from '../../platform/gateway/call-record.ts';
import type { FaultPlanInput } from '../../platform/gateway/faults/plan.ts';

export interface CrashPoint {
  readonly call: RecordedCall;
  readonly when: 'before' | 'after';
}

/** Two for each call: before the engine sees it, and after it has done the work. */
export function pointsOf(calls: readonly RecordedCall[]): CrashPoint[] {
  return calls.flatMap((call) => [
    { call, when: 'before' as const },
    { call, when: 'after' as const },
  ]);
}

/** Work was done, and its function ended before it knew: of all points those where most can go wrong. */
export function isAfterWrite({ call, when }: CrashPoint): boolean {
  return when === 'after' && !/^(Get|BatchGet|Query|Scan|TransactGet)/.test(call.operation);
}

export function faultOf({ call, when }: CrashPoint): FaultPlanInput['faults'][number] {
  const { function: name, service, operation, resource } = call;
  // The recorded service is one that functions call: the plan's own schema says so again.
  return { kind: 'crash', when, function: name, service, operation, resource, atMost: 1 } as ReturnType<typeof faultOf>;
}

/** For people: `settlement  before  TransactWriteItems orders+stock`. */
export function nameOf({ call, when }: CrashPoint, stage: string): string {
  const plain = (text: string) => text.replaceAll(physicalName(stage, ''), '');
  return `${plain(call.function).padEnd(12)} ${when.padEnd(6)} ${call.operation} ${plain(call.resource)}`.trimEnd();
}

const operationsOf: Readonly<Record<Need['verbs'][number] | 'query', readonly string[]>> = {
  get: ['GetItem', 'TransactGetItems'],
  batchGet: ['BatchGetItem'],
  put: ['PutItem', 'TransactWriteItems'],
  update: ['UpdateItem', 'TransactWriteItems'],
  check: ['TransactWriteItems'],
  query: ['Query'],
  scan: ['Scan'],
  send: ['SendMessage'],
  publish: ['PutEvents'],
  invalidate: ['CreateInvalidation'],
};

/** What functions are permitted to do and were not seen doing: the scenario does not reach it. */
export function unseen(calls: readonly RecordedCall[], stage: string): string[] {
  return serviceNames.flatMap((service) =>
    services[service].needs.flatMap((need) => {
      const own = calls.filter((call) => call.function === physicalName(stage, service));
      const verbs = need.kind === 'table' ? [...need.verbs, ...(need.index?.verbs ?? [])] : need.verbs;
      const missing = verbs.filter((verb) => !own.some((call) => does(call, verb, need, stage)));
      return missing.map((verb) => describe(service, verb, need));
    }),
  );
}

function does({ operation, resource }: RecordedCall, verb: Need['verbs'][number], need: Need, stage: string): boolean {
  if (!operationsOf[verb].includes(operation)) return false;
  // The distribution stands in the path of the call, and there is one.
  return need.kind === 'cdn' || resource.split('+').includes(physicalName(stage, thingOf(need)));
}

function thingOf(need: Need): string {
  switch (need.kind) {
    case 'table':
      return need.table;
    case 'queue':
      return need.queue;
    case 'bus':
      return need.bus;
    case 'cdn':
      return need.cdn;
  }
}

function describe(service: Service, verb: string, need: Need): string {
  return `${service}: ${verb} ${thingOf(need)}`;
}
