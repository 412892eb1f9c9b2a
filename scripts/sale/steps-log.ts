import type { Service } from '../../stacks/model/services.ts';
import type { DeployedSystem } from './deployed-quiescence.ts';
import { logLines } from './function-log.ts';

/** Log lines of the functions that name the step, the order and the invocation. */
export async function readStepsLog(system: DeployedSystem, sinceMs: number) {
  const read = <Line>(service: Service, message: string) => logLines<Line>(system, { service, message, sinceMs });
  const apis = ['catalog', 'intake', 'stock'] as const;
  const answered = await Promise.all(apis.map((service) => read<StepLine & Answer>(service, 'answered')));
  return {
    answered: answered.flat(),
    settled: await read<StepLine & { readonly settlement: string }>('settlement', 'settled'),
    counted: await read<StepLine>('projection', 'counted'),
    fulfilment: await read<StepLine & { readonly result: string }>('fulfilment', 'fulfilment'),
    postponed: await read<StepLine>('fulfilment', 'postponed'),
    swept: await read<StepLine>('sweeper', 'order swept'),
  };
}

interface StepLine {
  readonly function_request_id: string;
  readonly timestamp: string;
  readonly orderId?: string;
}

interface Answer {
  readonly route: string;
  readonly status: number;
}
