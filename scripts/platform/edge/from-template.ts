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
import { policiesOf } from './template-policies.ts';
import { type EdgeTemplate, type KnownValues, referenceOf, textOf } from './template-values.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Reads the one distribution of a synthesized CloudFormation template. What it does not know is an error. */
export function distributionFrom(template: EdgeTemplate, known: KnownValues = {}): Distribution {
  const found = resourcesOf(template, 'AWS::CloudFront::Distribution');
  const [id, properties] = found[0] ?? [];
  if (!id || !properties || found.length > 1) {
    throw new CliError(
      'distribution_count',
      `the template has ${found.length} distributions, the local edge serves exactly 1`,
      'Give it the template of the edge stack.',
    );
  }
  const config = properties.DistributionConfig as Properties;
  const notEmulated = [...notEmulatedAnywhere];
  const check = (parts: Properties, table: Parameters<typeof checkParts>[1], where: string) =>
    notEmulated.push(...checkParts(parts, table, where));
  check(config, distributionParts, 'DistributionConfig');
  const policies = policiesOf(template, known, (text) => notEmulated.push(text));
  const functions = functionsOf(template, known);
  const behaviourOf = (raw: Properties): Behaviour => {
    const pattern = textOf(raw.PathPattern ?? '*', known);
    check(raw, behaviourParts, `behaviour ${pattern}`);
    return {
      pattern,
      originId: textOf(raw.TargetOriginId, known),
      allowedMethods: new Set((raw.AllowedMethods as string[] | undefined) ?? ['GET', 'HEAD']),
      cachedMethods: new Set((raw.CachedMethods as string[] | undefined) ?? ['GET', 'HEAD']),
      compress: raw.Compress === true,
      functions: associationsOf(raw, functions),
      ...policies.of(raw, pattern),
    };
  };
  const raw = [
    ...((config.CacheBehaviors as Properties[] | undefined) ?? []),
    config.DefaultCacheBehavior as Properties,
  ];
  const origins = ((config.Origins as Properties[] | undefined) ?? []).map((origin) => {
    check(origin, originParts, `origin ${textOf(origin.Id, known)}`);
    return originOf(origin, known, (text) => notEmulated.push(text));
  });
  return checkedOrigins({
    id: known[id] ?? id,
    behaviours: raw.map(behaviourOf),
    origins: new Map(origins.map((origin) => [origin.id, origin])),
    functions,
    defaultRootObject: textOf(config.DefaultRootObject ?? '', known),
    errors: ((config.CustomErrorResponses as Properties[] | undefined) ?? []).map((one) => {
      check(one, errorParts, `CustomErrorResponse ${one.ErrorCode}`);
      return errorOf(one);
    }),
    notEmulated: [...new Set(notEmulated)],
  });
}

function checkedOrigins(distribution: Distribution): Distribution {
  for (const { pattern, originId } of distribution.behaviours) {
    if (distribution.origins.has(originId)) continue;
    const ids = [...distribution.origins.keys()].join(', ');
    throw new CliError(
      'origin_unknown',
      `behaviour ${pattern} has origin '${originId}', there are ${ids}`,
      'Name one.',
    );
  }
  return distribution;
}

export function resourcesOf(template: EdgeTemplate, type: string): [string, Properties][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties ?? {}]);
}

function functionsOf(template: EdgeTemplate, known: KnownValues): Map<string, string> {
  const resources = resourcesOf(template, 'AWS::CloudFront::Function');
  for (const [id, { FunctionConfig }] of resources) {
    const runtime = (FunctionConfig as Properties | undefined)?.Runtime;
    if (runtime === 'cloudfront-js-2.0') continue;
    throw new CliError(
      'function_runtime',
      `function ${id} has runtime '${runtime}', the local edge runs cloudfront-js-2.0`,
      'Set the runtime in the stack.',
    );
  }
  return new Map(resources.map(([id, { FunctionCode }]) => [id, textOf(FunctionCode, known)]));
}

function associationsOf(raw: Properties, functions: ReadonlyMap<string, string>): FunctionAssociations {
  const [first, ...more] = (raw.FunctionAssociations as Properties[] | undefined) ?? [];
  if (!first) return {};
  if (first.EventType !== 'viewer-request' || more.length > 0) {
    const events = [first, ...more].map(({ EventType }) => EventType).join(', ');
    throw new CliError('function_event', `functions for ${events}: only viewer-request is emulated`, 'Emulate it.');
  }
  const viewerRequest = referenceOf(first.FunctionARN);
  if (viewerRequest !== undefined && functions.has(viewerRequest)) return { viewerRequest };
  throw new CliError('function_unknown', `function ${viewerRequest} is not in the template`, 'Put it into this stack.');
}

const defaultTimeoutSeconds = 30;

function originOf(raw: Properties, known: KnownValues, note: (text: string) => void): OriginSettings {
  const id = textOf(raw.Id, known);
  const custom = raw.CustomOriginConfig as { OriginReadTimeout?: number } | undefined;
  const headers: Record<string, string> = {};
  for (const one of (raw.OriginCustomHeaders as Properties[] | undefined) ?? []) {
    const name = textOf(one.HeaderName, known).toLowerCase();
    const value = textOf(one.HeaderValue, known);
    if (/\{\{resolve:|\$\{/.test(value))
      note(`header ${name} of origin ${id}: its value is a secret that only AWS has`);
    else headers[name] = value;
  }
  return {
    id,
    kind: custom ? 'http' : 'bucket',
    domain: textOf(raw.DomainName, known),
    path: textOf(raw.OriginPath ?? '', known),
    headers,
    timeoutSeconds: custom?.OriginReadTimeout ?? defaultTimeoutSeconds,
  };
}

function errorOf(raw: Properties): ErrorAnswer {
  const page = raw.ResponsePagePath as string | undefined;
  const status = Number(raw.ErrorCode);
  return {
    status,
    cacheSeconds: Number(raw.ErrorCachingMinTTL ?? 10),
    ...(page !== undefined && { page: { path: page, status: Number(raw.ResponseCode ?? status) } }),
  };
}
