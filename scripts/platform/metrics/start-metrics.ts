import type { IncomingMessage, ServerResponse } from 'node:http';
import { findStage } from '../../../stacks/model/stages/stages.ts';
import type { LocalApi } from '../api/local-api.ts';
import type { Edge } from '../edge/server.ts';
import type { Host } from '../engine/host.ts';
import type { LoopObserver } from '../functions/inner-loop.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { type Listener, listen } from '../http/listen.ts';
import { type Problem, sendProblem } from '../http/problem.ts';
import { PlatformMetrics, type Total } from './platform-metrics.ts';
import { peekQueues, readQueues } from './queues.ts';
import { toStatusClass } from './series.ts';

export const metricsPath = '/metrics';

export interface MetricsServer {
  /** URL of the metrics page, for Prometheus and for people. */
  readonly url: string;
  /** Receives the functions' calls; the functions start before the rest. */
  readonly observer: LoopObserver;
  connect(measured: Measured): void;
  close(): Promise<void>;
}

/** The measured parts of a platform. */
export interface Measured {
  readonly gateway: Gateway;
  readonly localApi: LocalApi;
  readonly edge: Edge | undefined;
  readonly host: Host;
}

/** Serves the metrics of a platform's stage on a separate listener. */
export async function startMetrics(stageName: string): Promise<MetricsServer> {
  const metrics = new PlatformMetrics(findStage(stageName));
  const listener = await listenForScrapes(metrics);
  return {
    url: `${listener.url}${metricsPath}`,
    observer: observeFunctions(metrics),
    connect: (measured) => connect(metrics, stageName, measured),
    close: () => listener.close(),
  };
}

export function listenForScrapes(metrics: PlatformMetrics): Promise<Listener> {
  return listen(0, 'the metrics', async (request: IncomingMessage, response: ServerResponse, { pathname }) => {
    if (pathname !== metricsPath) return sendProblem(response, notFound);
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendProblem(response, onlyRead);
    const text = await metrics.read();
    response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : text);
  });
}

const notFound: Problem = {
  status: 404,
  code: 'not_found',
  title: 'Not Found',
  detail: `The metrics are at ${metricsPath}.`,
};
const onlyRead: Problem = {
  status: 405,
  code: 'method_not_allowed',
  title: 'Method Not Allowed',
  detail: 'The metrics can only be read: GET.',
};

function observeFunctions(metrics: PlatformMetrics): LoopObserver {
  return {
    onServed: () => metrics.expectFunctions(),
    onRecord: (service, record) => metrics.app.emit(service, record),
    onInvoked: ({ service, seconds, failed, streamAgeSeconds }) => {
      metrics.count('function_invocations_total', { service });
      if (failed) metrics.count('function_errors_total', { service });
      metrics.observe('function_duration_seconds', { service }, seconds);
      if (streamAgeSeconds !== undefined) metrics.streamAge(service, streamAgeSeconds);
    },
  };
}

function connect(metrics: PlatformMetrics, stage: string, { gateway, localApi, edge, host }: Measured): void {
  measureGateway(metrics, gateway);
  localApi.onAnswered = ({ service, route, status, seconds, throttled }) => {
    metrics.count('api_requests_total', { service, route, status: toStatusClass(status) });
    metrics.observe('api_request_duration_seconds', { service, route }, seconds);
    if (throttled) metrics.count('api_throttled_requests_total', { service, route });
  };
  if (edge) {
    edge.onAnswered = (status) => metrics.count('edge_responses_total', { status: toStatusClass(status) });
    edge.onOrigin = (seconds) => metrics.observe('edge_origin_duration_seconds', {}, seconds);
  }
  const edgeTotals = edge && {
    edge_results_total: () => edgeResults(edge),
    edge_origin_requests_total: () => originCalls(edge),
  };
  metrics.connect({
    totals: { ...edgeTotals, faults_injected_total: () => faultTotals(gateway) },
    queues: () => (host.engine ? peekQueues(host.forwarder, stage) : readQueues(host.target, stage)),
  });
}

function measureGateway(metrics: PlatformMetrics, gateway: Gateway): void {
  gateway.onAnswered = ({ service, operation }, status) =>
    metrics.count('aws_requests_total', { aws_service: service, operation, status: toStatusClass(status) });
  gateway.onThrottled = (call, places) => {
    metrics.count('aws_throttled_requests_total', { aws_service: call.service, operation: call.operation });
    for (const place of places) metrics.count('table_throttled_requests_total', place);
  };
}

function edgeResults(edge: Edge): Total[] {
  return Object.entries(edge.stats()).flatMap(([pattern, stats]) => {
    const { requests: _, originCalls: __, ...results } = stats;
    return Object.entries(results).map(([result, value]) => ({ labels: { pattern, result: toSnake(result) }, value }));
  });
}

const toSnake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const originCalls = (edge: Edge): Total[] =>
  Object.entries(edge.stats()).map(([pattern, stats]) => ({ labels: { pattern }, value: stats.originCalls }));

const faultTotals = ({ faults }: Gateway): Total[] =>
  faults.totals().map(({ kind, service, operation, injected }) => ({
    labels: { kind, aws_service: service, operation },
    value: injected,
  }));
