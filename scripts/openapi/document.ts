import * as z from 'zod';
import * as grammar from '../../functions/contracts/grammar.ts';
import { type ProblemCode, problemDocument, problems } from '../../functions/contracts/problem.ts';
import { projectTitle } from '../../functions/contracts/project.ts';
import { type Access, type Route, type RouteName, routes } from '../../functions/contracts/routes.ts';
import { type Operation, operations } from './operations.ts';

const toJsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema, ...json } = z.toJSONSchema(schema, { io });
  return json;
};

const pathGrammars: Readonly<Record<string, z.ZodType>> = { sku: grammar.sku, orderId: grammar.orderId };
/** The API parses the value from text, in one spelling; a client sends a number. */
const querySchemas: Readonly<Record<string, object>> = {
  limit: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
};

const everyRoute: readonly ProblemCode[] = ['DIRECT_ACCESS', 'INTERNAL_ERROR', 'UNREADABLE_ROW', 'TRY_AGAIN'];
const byAccess: Readonly<Record<Access, readonly ProblemCode[]>> = {
  public: everyRoute,
  customer: [...everyRoute, 'UNAUTHENTICATED'],
  admin: [...everyRoute, 'UNAUTHENTICATED', 'FORBIDDEN'],
};

/** Builds the OpenAPI 3.1 document from the route table and the schemas that the functions parse with. */
export function openApiDocument() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: toOperation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: projectTitle, version: '1', license: { name: 'MIT', identifier: 'MIT' } },
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: toJsonSchema(problemDocument, 'output') },
    },
  };
}

function toOperation(route: Route & { readonly name: RouteName }) {
  const operation = operations[route.name];
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.service],
    ...(route.access !== 'public' && { security: [{ bearer: [] }] }),
    parameters: toParameters(route, operation),
    ...(operation.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: toJsonSchema(operation.body, 'input') } },
      },
    }),
    responses: {
      ...toResponses(operation),
      ...fromTheEdge,
      ...toProblemResponses([...operation.problems, ...problemsOf(route)]),
    },
  };
}

/** A health check needs no secret of the CDN. */
const problemsOf = ({ name, access }: Route): readonly ProblemCode[] =>
  name === 'health' ? byAccess[access].filter((code) => code !== 'DIRECT_ACCESS') : byAccess[access];

/** Answers that come before the API, from the CDN or API Gateway. */
const fromTheEdge = {
  400: { description: 'INVALID_PATH: the path or query is not in canonical form' },
  429: { description: 'Too many requests; send the request again later' },
};

function toParameters(route: Route, { query, headers = {} }: Operation) {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    ...{ name, in: 'path', required: true, schema: toJsonSchema(pathGrammars[name] ?? z.string(), 'input') },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query', required: false, schema: querySchemas[name] ?? toJsonSchema(schema as z.ZodType, 'input') },
  }));
  const inHeader = Object.entries(headers).map(([name, header]) => ({ name, in: 'header', ...header }));
  return [...inPath, ...inQuery, ...inHeader];
}

function toResponses({ answers }: Operation) {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      schema === null
        ? { description: 'not modified' }
        : { description: 'success', content: { 'application/json': { schema: toJsonSchema(schema, 'output') } } },
    ]),
  );
}

/** API Gateway's authorizer answers before the function. */
const byApiGateway = {
  'application/json': {
    schema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  },
};

function toProblemResponses(codes: readonly ProblemCode[]) {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  const schema = { $ref: '#/components/schemas/Problem' };
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.join(', '),
        content: { 'application/problem+json': { schema }, ...(status === 401 && byApiGateway) },
      },
    ]),
  );
}
