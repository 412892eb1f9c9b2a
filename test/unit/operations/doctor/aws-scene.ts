import { AwsContext, type AwsOptions } from '../../../../scripts/operations/doctor/aws/context.ts';
import { describePlace } from '../../../../scripts/operations/doctor/aws/open.ts';
import { awsPlan } from '../../../../scripts/operations/doctor/aws/plan.ts';
import type { Line } from '../../../../scripts/operations/doctor/check.ts';
import { examineOpened } from '../../../../scripts/operations/doctor/examine.ts';
import { stubEngine } from '../../platform/stub.ts';
import { type Answers, answerWith, nameServers, ready } from './aws-answers.ts';
import { noTool } from './rest-scene.ts';
import { issuerUrl, settled } from './settled.ts';
import { issuerAnswers, stubWeb } from './web-answers.ts';

export const homeRegion = 'eu-central-1';

export interface Scene {
  readonly answers?: Answers;
  readonly options?: Partial<AwsOptions>;
  readonly timeoutMs?: number;
}

/** Examines a stage on recorded answers, with the real SDK. */
export async function examineAws({ answers = {}, options = {}, timeoutMs }: Scene = {}) {
  const { url, seen } = await stubEngine(answerWith({ ...ready, ...answers }));
  const { context, plan } = buildScene(url, options);
  const place = () => describePlace(context);
  const examined = await examineOpened({ plan, context, place }, { onStep: () => {} }, timeoutMs);
  return { ...examined, seen, plan };
}

export function buildScene(url: string, options: Partial<AwsOptions> = {}) {
  const stage = options.stage ?? settled;
  const context = new AwsContext({
    ...{ stage, given: homeRegion, engine: 'aws', iac: 'cdk', account: undefined },
    config: { endpoint: url, credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' } },
    issuer: stage.identity.kind === 'external' ? { url: issuerUrl } : { none: 'its own user pool' },
    web: stubWeb(issuerAnswers(), { 'acme.dev': nameServers }),
    run: noTool,
    ...options,
  });
  return { context, plan: awsPlan(context) };
}

/** Lines that are not green. */
export const notOk = (lines: readonly Line[]) =>
  lines
    .filter(({ status }) => status !== 'ok' && status !== 'not needed')
    .map(({ check, status }) => `${check} ${status}`);
