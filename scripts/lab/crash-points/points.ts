import { accessOf } from '../../../stacks/model/access.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { type ResourceAccess, type Service, serviceNames } from '../../../stacks/model/services.ts';
import { findStage } from '../../../stacks/model/stages/stages.ts';
import type { RecordedCall } from '../../platform/gateway/call-record.ts';
import type { FaultPlanInput } from '../../platform/gateway/faults/plan.ts';

export interface CrashPoint {
  readonly call: RecordedCall;
  readonly when: 'before' | 'after';
}

/** Two per call: before the engine sees it, and after the engine has executed it. */
export function toCrashPoints(calls: readonly RecordedCall[]): CrashPoint[] {
  return calls.flatMap((call) => [
    { call, when: 'before' as const },
    { call, when: 'after' as const },
  ]);
}

/** The riskiest points: the write took effect, but its function died before it got the answer. */
export function isAfterWrite({ call, when }: CrashPoint): boolean {
  return when === 'after' && !/^(Get|BatchGet|Query|Scan|TransactGet)/.test(call.operation);
}

export function toFault({ call, when }: CrashPoint): FaultPlanInput['faults'][number] {
  const { function: name, service, operation, resource } = call;
  // The plan's schema validates the service again.
  return { kind: 'crash', when, function: name, service, operation, resource, atMost: 1 } as ReturnType<typeof toFault>;
}

/** Display name: `settlement  before  TransactWriteItems orders+stock`. */
export function nameOf({ call, when }: CrashPoint, stage: string): string {
  const plain = (text: string) => text.replaceAll(physicalName(stage, ''), '');
  return `${plain(call.function).padEnd(12)} ${when.padEnd(6)} ${call.operation} ${plain(call.resource)}`.trimEnd();
}

const operationsByAction: Readonly<Record<ResourceAccess['actions'][number] | 'query', readonly string[]>> = {
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
  read: ['GetSecretValue'],
};

/** Permitted actions that no function used: the scenario does not reach them. */
export function unseen(calls: readonly RecordedCall[], stage: string): string[] {
  return serviceNames.flatMap((service) =>
    accessOf(findStage(stage), service).flatMap((access) => {
      // A worker that was warm before the scenario still has its secret.
      if (access.kind === 'secret') return [];
      const own = calls.filter((call) => call.function === physicalName(stage, service));
      const actions = access.kind === 'table' ? [...access.actions, ...(access.index?.actions ?? [])] : access.actions;
      const missing = actions.filter((action) => !own.some((call) => does(call, action, access, stage)));
      return missing.map((action) => describe(service, action, access));
    }),
  );
}

function does(
  { operation, resource }: RecordedCall,
  action: ResourceAccess['actions'][number],
  access: ResourceAccess,
  stage: string,
): boolean {
  if (!operationsByAction[action].includes(operation)) return false;
  // A CDN call names the distribution in its path; there is only one.
  return access.kind === 'cdn' || resource.split('+').includes(physicalName(stage, resourceName(access)));
}

function resourceName(access: ResourceAccess): string {
  switch (access.kind) {
    case 'table':
      return access.table;
    case 'queue':
      return access.queue;
    case 'bus':
      return access.bus;
    case 'cdn':
      return access.cdn;
    case 'secret':
      return access.secret;
  }
}

function describe(service: Service, action: string, access: ResourceAccess): string {
  return `${service}: ${action} ${resourceName(access)}`;
}
