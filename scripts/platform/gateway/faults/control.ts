import type { IncomingMessage, ServerResponse } from 'node:http';
import { CliError } from '../../../cli/cli.ts';
import { sendProblem } from '../../http/problem.ts';
import { sendJson } from '../../http/send-json.ts';
import type { Faults } from './faults.ts';
import { parseFaultPlan } from './plan.ts';

/** Path on the gateway: PUT a plan, GET the injected faults, DELETE the plan. */
export const faultsPath = '/_platform/faults';

const maxPlanLength = 100_000;

export async function answerFaults(faults: Faults, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method === 'PUT') faults.set(parseFaultPlan(await readPlan(request), 'the body'));
    if (request.method === 'DELETE') faults.clear();
  } catch (error) {
    const detail = error instanceof CliError ? error.message : 'The body is not JSON.';
    return sendProblem(response, { status: 400, code: 'faults_invalid', title: 'Bad Request', detail });
  }
  sendJson(response, 200, faults.report());
}

async function readPlan(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > maxPlanLength) throw new Error('too long');
  }
  return JSON.parse(text);
}
