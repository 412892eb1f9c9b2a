import { orderId } from '../contracts/grammar.ts';
import { routes } from '../contracts/routes.ts';
import { apiMaker } from './http.ts';

/** The API of a service of this shop, by its table of routes. */
export const httpApi = apiMaker({
  rows: routes,
  healthPath: '/health',
  aboutOf: ({ orderId: named }) => (named !== undefined && orderId.safeParse(named).success ? { orderId: named } : {}),
});
