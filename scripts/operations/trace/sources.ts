import { findStage as findSettings } from '../../../stacks/model/stages/stages.ts';
import { partnerClient } from '../../platform/partner/client.ts';
import { findRunning } from '../../platform/process/running.ts';
import { readLineFile } from '../../platform/tracing/line-file.ts';
import { findStage } from '../find-stage.ts';
import type { TraceSources } from './find-order.ts';
import { insightsLines } from './read-insights.ts';
import { orderReader } from './read-order.ts';
import type { PartnerRecord } from './step.ts';

export interface OpenedSources extends TraceSources {
  readonly stage: string;
}

/**
 * Opens the lines and the store of a stage: the log file of the platform that `npm start` runs, else the logs of AWS or
 * an emulator.
 */
export async function openSources(stageName: string | undefined, sinceMs: number): Promise<OpenedSources> {
  const found = await findStage(stageName);
  const running = await findRunning();
  const isOwn = running?.stage === found.stage && running.endpointUrl === (found.config.endpoint ?? null);
  return {
    stage: found.stage,
    place: `stage ${found.stage}, ${found.place}`,
    readLines: isOwn ? (texts) => readLineFile(running.lineFile, texts) : insightsLines(found, { sinceMs }),
    readOrder: orderReader(found),
    readPartner: isOwn ? (orderId) => readBook(running.partnerUrl, orderId) : async () => undefined,
    maxReceives: findSettings(found.stage).queues.maxReceiveCount,
  };
}

async function readBook(url: string, orderId: string): Promise<PartnerRecord | undefined> {
  const book = await partnerClient(url).book();
  return book.find((entry) => entry.orderId === orderId);
}
