import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../../stacks/model/services.ts';
import { CliError } from '../../cli/cli.ts';
import { loopback } from '../../platform/http/listen.ts';
import type { Platform } from '../../platform/platform.ts';
import { SpanExporter } from '../../platform/tracing/exporter.ts';
import { lineFileName } from '../../platform/tracing/line-file.ts';
import { table } from '../../report/table.ts';
import { percentiles } from '../../sale/place-orders.ts';
import { sellPlainly } from './sell.ts';

/** CPU time for an order, in milliseconds. */
export interface TraceCosts {
  readonly lines: number;
  /** The platform's process with all functions; nothing is exported. */
  readonly platform: number;
  readonly exported: readonly { readonly ratio: number; readonly cost: number }[];
  /** One read of `/metrics`. */
  readonly scrape: number;
}

const ratios = [0.1, 1] as const;
const rounds = 9;
const scrapes = 20;

/**
 * Measures the export of the lines of a sale to a collector in another process, in alternated rounds. The functions do
 * the same with export on or off, so this is its whole cost.
 */
export async function measureTraces(platform: Platform, orders: number): Promise<TraceCosts> {
  const before = process.cpuUsage();
  await sellPlainly(platform, { sku: 'traced', orders, seed: 1, concurrency: 16 });
  const ofPlatform = cpuMs(before) / orders;
  const lines = readLines(join(platform.workspace.folder, lineFileName));
  const collector = fork(new URL('./collector.ts', import.meta.url));
  try {
    const [port] = (await once(collector, 'message')) as [number];
    const url = `http://${loopback}:${port}/v1/traces`;
    const costs = new Map<number, number[]>(ratios.map((ratio) => [ratio, []]));
    for (let round = 0; round < rounds; round++)
      for (const ratio of ratios) costs.get(ratio)?.push((await exportAll(lines, { url, ratio })) / orders);
    return {
      lines: lines.length / orders,
      platform: ofPlatform,
      exported: ratios.map((ratio) => ({ ratio, cost: percentiles(costs.get(ratio) ?? []).p50 })),
      scrape: await measureScrape(platform.metricsUrl),
    };
  } finally {
    collector.disconnect();
  }
}

type Line = readonly [service: Service, text: string];

function readLines(file: string): readonly Line[] {
  const records = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return records.map((record) => {
    const space = record.indexOf(' ');
    return [record.slice(0, space) as Service, record.slice(space + 1)];
  });
}

/** @throws {CliError} if the collector does not accept the spans */
async function exportAll(lines: readonly Line[], target: { readonly url: string; readonly ratio: number }) {
  const onTrouble = (text: string) => {
    throw new CliError('bench_collector', text, 'The figure would mean nothing. Run it again.');
  };
  const exporter = new SpanExporter({ settings: { ...target, headers: {} }, stage: 'bench', onTrouble });
  const before = process.cpuUsage();
  for (const [service, text] of lines) exporter.take(service, text);
  await exporter.stop();
  return cpuMs(before);
}

async function measureScrape(url: string | undefined): Promise<number> {
  if (url === undefined) throw new CliError('bench_metrics', 'the platform serves no metrics', 'Report this as a bug.');
  const before = process.cpuUsage();
  for (let scrape = 0; scrape < scrapes; scrape++) await (await fetch(url)).text();
  return cpuMs(before) / scrapes;
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

export function formatTraces({ lines, platform, exported, scrape }: TraceCosts): string {
  const share = (cost: number) => `${((100 * cost) / platform).toFixed(1)} %`;
  const rows = exported.map(({ ratio, cost }) => [`traces at ${ratio * 100} %`, cost.toFixed(3), share(cost)]);
  return (
    `${table(rows, ['', 'CPU ms an order', "of the platform's process"])}\n` +
    `An order writes ${lines.toFixed(1)} lines, and takes ${platform.toFixed(1)} ms of the process that runs the platform and its functions.\n` +
    `One read of /metrics: ${scrape.toFixed(1)} ms of CPU, by default each 15 s.\n`
  );
}
