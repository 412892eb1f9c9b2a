import type { HttpEvent } from '../../../contracts/http-event.ts';

/** The claims API Gateway's JWT authorizer verified; empty where no authorizer ran. */
export function authorizerClaims(event: HttpEvent): Readonly<Record<string, unknown>> {
  const context = event.requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } };
  return context.authorizer?.jwt?.claims ?? {};
}
