import type { Mutant } from './mutant.ts';

const identity = 'functions/runtime/identity.ts';
const token = 'functions/runtime/token.ts';
const identityTest = 'test/unit/runtime/identity.test.ts';
const readOrders = 'functions/intake/read-orders.ts';
const readOrdersTest = 'test/unit/intake/read-orders.test.ts';

/** Comparisons, cursors and tokens that give strangers access. */
export const privacy: readonly Mutant[] = [
  {
    name: 'a customer sees the orders of one whose name begins with theirs',
    caughtBy: "hides anna's order from ann",
    file: readOrders,
    find: 'if (order?.customer === customer) return order;',
    replace: 'if (order?.customer.startsWith(customer)) return order;',
    test: readOrdersTest,
  },
  {
    name: 'customers are compared without regard to case',
    caughtBy: "hides anna's order from Anna",
    file: readOrders,
    find: 'if (order?.customer === customer) return order;',
    replace: 'if (order?.customer.toLowerCase() === customer.toLowerCase()) return order;',
    test: readOrdersTest,
  },
  {
    name: "a customer learns that another one's unreadable order exists",
    caughtBy: "of another customer's unreadable order answers 404",
    file: readOrders,
    find: 'if (!(error instanceof UnreadableRowError) || ownerOf(error.stored) === customer) throw error;',
    replace: 'throw error;',
    test: 'test/unit/adapters/newer-row.test.ts',
  },
  {
    name: 'a replaced key of the same id is not looked for',
    caughtBy: 'finds a new key with the same id at once',
    file: token,
    find: '!(await keys.renew?.(used))',
    replace: 'true',
    test: 'test/unit/runtime/signing-keys.test.ts',
  },
  {
    name: 'an order is cancelled without asking whose it is',
    caughtBy: "answers another customer's order like a missing one",
    file: 'functions/intake/cancel-order.ts',
    find: 'await findOwnOrder(request.customer, request.orderId, ports.orders);',
    replace:
      'await ports.orders.find(request.orderId).then((found) => findOwnOrder(found?.customer ?? request.customer, request.orderId, ports.orders));',
    test: 'test/unit/intake/cancel-order.test.ts',
  },
  {
    name: 'a group whose name contains admin makes an admin',
    caughtBy: 'identifies a customer by a valid token, and an admin by the group',
    file: identity,
    find: ".includes('admin') };",
    replace: ".some((group) => group.includes('admin')) };",
    test: identityTest,
  },
  {
    name: 'the list of groups is searched as text',
    caughtBy: 'gives the same verdict with and without an authorizer: a group with a space',
    file: identity,
    find: "Array.isArray(groups) && groups.includes('admin')",
    replace: "String(groups).includes('admin')",
    test: identityTest,
  },
  {
    name: 'every customer may call admin routes',
    caughtBy: 'lets only administrators call admin routes',
    file: 'functions/runtime/http.ts',
    find: "if (route.access === 'admin' && !identity?.admin)",
    replace: "if (route.access === 'admin' && !identity)",
    test: 'test/unit/runtime/http.test.ts',
  },
  {
    name: 'an audience that begins with ours is accepted',
    caughtBy: 'rejects a token for an audience that begins with ours',
    file: identity,
    find: 'if (!named.includes(audience))',
    replace: 'if (!named.some((one) => String(one).startsWith(audience)))',
    test: identityTest,
  },
  {
    name: 'a token is accepted for a while after its expiry',
    caughtBy: 'allows clocks to differ by seconds: expired a minute ago',
    file: token,
    find: 'const clockTolerance = 5;',
    replace: 'const clockTolerance = 90;',
    test: identityTest,
  },
  {
    name: 'a token without an expiry is accepted',
    caughtBy: 'rejects a token without an expiry',
    file: token,
    find: "typeof exp === 'number' && exp > now - clockTolerance",
    replace: '!(Number(exp) <= now - clockTolerance)',
    test: identityTest,
  },
  {
    name: 'a token may choose its algorithm',
    caughtBy: 'gives the same verdict with and without an authorizer to a token with another algorithm of the same key',
    file: identity,
    find: 'header.alg === algorithm && ',
    replace: '',
    test: identityTest,
  },
  {
    name: 'an internal error shows its message',
    caughtBy: 'reveals only the trace id of an internal error',
    file: 'functions/runtime/problem.ts',
    find: '...(error instanceof ProblemError && { detail: error.message,',
    replace:
      '...(error instanceof Error && { detail: error.message }), ...(error instanceof ProblemError && { detail: error.message,',
    test: 'test/unit/runtime/http.test.ts',
  },
];
