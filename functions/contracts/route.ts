/** Callers allowed: anyone, a signed-in customer, or a member of the group `admin`. */
export type Access = 'public' | 'customer' | 'admin';

/** A row of a route table, for any business. */
export interface RouteRow {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API Gateway syntax: `{name}` matches one segment. */
  readonly path: string;
  readonly service: string;
  readonly access: Access;
}

/** Pattern of a route's path; the path's parameters are named groups. */
export const toPathPattern = (path: string): RegExp => new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
