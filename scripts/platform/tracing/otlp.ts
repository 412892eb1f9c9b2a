import { project } from '../../../functions/contracts/project.ts';
import { CliError } from '../../cli/cli.ts';
import type { LogLine } from './log-line.ts';
import { type Span, toAttributes, toSpans } from './spans.ts';

/** The collector's address, and the sampling, from the variables of OpenTelemetry's SDKs. */
export interface OtlpSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Share of traces to send, 0 to 1. */
  readonly ratio: number;
}

/**
 * Undefined unless an endpoint is set: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 *
 * @throws {CliError} otlp_invalid
 */
export function readOtlpSettings(env: NodeJS.ProcessEnv = process.env): OtlpSettings | undefined {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined;
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base && `${base.replace(/\/$/, '')}/v1/traces`);
  if (!url) return undefined;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw invalid(`OTEL_EXPORTER_OTLP_ENDPOINT is '${base ?? url}'`, 'http://127.0.0.1:4318');
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG || '1');
  if (!(ratio >= 0 && ratio <= 1))
    throw invalid(`OTEL_TRACES_SAMPLER_ARG is '${env.OTEL_TRACES_SAMPLER_ARG}', must be 0 to 1`, '0.1');
  const pairs = (env.OTEL_EXPORTER_OTLP_HEADERS ?? '').split(',').flatMap((pair) => {
    const [name = '', ...value] = pair.split('=');
    return name.trim() === '' ? [] : [[name.trim(), decodeURIComponent(value.join('=').trim())] as const];
  });
  return { url, ratio, headers: Object.fromEntries(pairs) };
}

const invalid = (what: string, example: string) => new CliError('otlp_invalid', what, `For example: ${example}`);

/**
 * Decides by the last 56 bits of the trace id, so that every program that follows the specification decides alike:
 * https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function isSampled(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(18), 16) / 2 ** 56 >= 1 - ratio;
}

/** Builds one OTLP request: the spans of these lines, by function. */
export function toOtlp(lines: readonly LogLine[], stage: string) {
  const groups = [...Map.groupBy(lines, ({ service }) => service)].map(([service, some]) => ({
    resource: {
      attributes: toAttributes({
        ...{ 'service.name': `${project}-${service}`, 'service.namespace': project },
        ...{ 'deployment.environment.name': stage, 'cloud.provider': 'aws', 'cloud.platform': 'aws_lambda' },
        'faas.name': String(some[0]?.fields.function_name ?? service),
      }),
    },
    scopeSpans: [{ scope: { name: project }, spans: toSpans(some) }],
  }));
  return { resourceSpans: groups.filter(({ scopeSpans: [scope] }) => (scope?.spans.length ?? 0) > 0) };
}

export type OtlpRequest = { readonly resourceSpans: ReturnType<typeof toOtlp>['resourceSpans'] };

export const spansOf = ({ resourceSpans }: OtlpRequest): readonly Span[] =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

const answerMs = 10_000;

/** @throws {CliError} otlp_refused, otlp_unreachable */
export async function sendOtlp(request: OtlpRequest, { url, headers }: OtlpSettings): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(answerMs),
  }).catch((error: Error) => {
    const { cause } = error as { cause?: { code?: string } };
    throw new CliError(
      'otlp_unreachable',
      `${url} does not answer: ${cause?.code ?? error.message}`,
      'Start the collector.',
    );
  });
  const text = await answer.text();
  const rejected = /"rejectedSpans":\s*"?([1-9]\d*)/.exec(text)?.[1];
  if (!answer.ok || rejected)
    throw new CliError(
      'otlp_refused',
      `${url} ${answer.ok ? `rejected ${rejected} spans` : `answered ${answer.status}`}: ${text.slice(0, 200)}`,
      'Check the address, which must take OTLP over HTTP as JSON, and OTEL_EXPORTER_OTLP_HEADERS.',
    );
}
