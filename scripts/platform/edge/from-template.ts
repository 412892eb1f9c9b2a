import { CliError } from '../../cli/cli.ts';
import type { Behaviour, Distribution, ErrorAnswer, FunctionAssociations, OriginSettings } from './model.ts';
import {
  behaviourParts,
  checkParts,
  distributionParts,
  errorParts,
  notEmulatedAnywhere,
  originParts,
} from './template-parts.ts';
import { policyResolver } from './template-policies.ts';
import { type EdgeTemplate, type KnownValues, referenceOf, resolveText } from './template-values.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Reads the one distribution of a synthesized CloudFormation template. Throws on unknown properties. */
export function distributionFrom(template: EdgeTemplate, known: KnownValues = {}): Distribution {
  const [id, properties] = findDistribution(template);
  const config = properties.DistributionConfig as Properties;
  const notEmulated = [...notEmulatedAnywhere];
  const check = (parts: Properties, table: Parameters<typeof checkParts>[1], where: string) =>
    notEmulated.push(...checkParts(parts, table, where));
  check(config, distributionParts, 'DistributionConfig');
  const note = (text: string) => notEmulated.push(text);
  const policies = policyResolver(template, known, note);
  const functions = readFunctions(template, known);
  const origins = ((config.Origins as Properties[] | undefined) ?? []).map((origin) => {
    check(origin, originParts, `origin ${resolveText(origin.Id, known)}`);
    return readOrigin(origin, known, note);
  });
  const behaviours = [
    ...((config.CacheBehaviors as Properties[] | undefined) ?? []),
    config.DefaultCacheBehavior as Properties,
  ].map((raw) => {
    const pattern = resolveText(raw.PathPattern ?? '*', known);
    check(raw, behaviourParts, `behaviour ${pattern}`);
    return { ...readBehaviour(raw, known, pattern, functions), ...policies.of(raw, pattern) };
  });
  return checkOrigins({
    id: known[id] ?? id,
    behaviours,
    origins: new Map(origins.map((origin) => [origin.id, origin])),
    functions,
    defaultRootObject: resolveText(config.DefaultRootObject ?? '', known),
    errors: ((config.CustomErrorResponses as Properties[] | undefined) ?? []).map((one) => {
      check(one, errorParts, `CustomErrorResponse ${one.ErrorCode}`);
      return readError(one);
    }),
    notEmulated: [...new Set(notEmulated)],
  });
}

function findDistribution(template: EdgeTemplate): [string, Properties] {
  const found = findResources(template, 'AWS::CloudFront::Distribution');
  if (found[0] && found.length === 1) return found[0];
  throw new CliError(
    'distribution_count',
    `the template has ${found.length} distributions, must have exactly 1`,
    'Pass the template of the edge stack.',
  );
}

function readBehaviour(
  raw: Properties,
  known: KnownValues,
  pattern: string,
  functions: ReadonlyMap<string, string>,
): Omit<Behaviour, 'cache'> {
  return {
    pattern,
    originId: resolveText(raw.TargetOriginId, known),
    allowedMethods: new Set((raw.AllowedMethods as string[] | undefined) ?? ['GET', 'HEAD']),
    cachedMethods: new Set((raw.CachedMethods as string[] | undefined) ?? ['GET', 'HEAD']),
    compress: raw.Compress === true,
    functions: readAssociations(raw, functions),
  };
}

function checkOrigins(distribution: Distribution): Distribution {
  for (const { pattern, originId } of distribution.behaviours) {
    if (distribution.origins.has(originId)) continue;
    const ids = [...distribution.origins.keys()].join(', ');
    throw new CliError(
      'origin_unknown',
      `behaviour ${pattern} has origin '${originId}', must be one of ${ids}`,
      'Correct TargetOriginId in the stack.',
    );
  }
  return distribution;
}

export function findResources(template: EdgeTemplate, type: string): [string, Properties][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties ?? {}]);
}

function readFunctions(template: EdgeTemplate, known: KnownValues): Map<string, string> {
  const resources = findResources(template, 'AWS::CloudFront::Function');
  for (const [id, { FunctionConfig }] of resources) {
    const runtime = (FunctionConfig as Properties | undefined)?.Runtime;
    if (runtime === 'cloudfront-js-2.0') continue;
    throw new CliError(
      'function_runtime',
      `function ${id} has runtime '${runtime}', must be cloudfront-js-2.0`,
      'Set the runtime in the stack.',
    );
  }
  return new Map(resources.map(([id, { FunctionCode }]) => [id, resolveText(FunctionCode, known)]));
}

function readAssociations(raw: Properties, functions: ReadonlyMap<string, string>): FunctionAssociations {
  const [first, ...more] = (raw.FunctionAssociations as Properties[] | undefined) ?? [];
  if (!first) return {};
  if (first.EventType !== 'viewer-request' || more.length > 0) {
    const events = [first, ...more].map(({ EventType }) => EventType).join(', ');
    throw new CliError('function_event', `functions for ${events}: only viewer-request is emulated`, 'Emulate it.');
  }
  const viewerRequest = referenceOf(first.FunctionARN);
  if (viewerRequest !== undefined && functions.has(viewerRequest)) return { viewerRequest };
  throw new CliError(
    'function_unknown',
    `function ${viewerRequest} is not in the template`,
    'Move it into this stack.',
  );
}

const defaultTimeoutSeconds = 30;

function readOrigin(raw: Properties, known: KnownValues, note: (text: string) => void): OriginSettings {
  const id = resolveText(raw.Id, known);
  const custom = raw.CustomOriginConfig as { OriginReadTimeout?: number } | undefined;
  const headers: Record<string, string> = {};
  for (const one of (raw.OriginCustomHeaders as Properties[] | undefined) ?? []) {
    const name = resolveText(one.HeaderName, known).toLowerCase();
    const value = resolveText(one.HeaderValue, known);
    if (/\{\{resolve:|\$\{/.test(value))
      note(`header ${name} of origin ${id}: its value is a secret that exists only on AWS`);
    else headers[name] = value;
  }
  return {
    id,
    kind: custom ? 'http' : 'bucket',
    domain: resolveText(raw.DomainName, known),
    path: resolveText(raw.OriginPath ?? '', known),
    headers,
    timeoutSeconds: custom?.OriginReadTimeout ?? defaultTimeoutSeconds,
  };
}

function readError(raw: Properties): ErrorAnswer {
  const page = raw.ResponsePagePath as string | undefined;
  const status = Number(raw.ErrorCode);
  return {
    status,
    cacheSeconds: Number(raw.ErrorCachingMinTTL ?? 10),
    ...(page !== undefined && { page: { path: page, status: Number(raw.ResponseCode ?? status) } }),
  };
}
