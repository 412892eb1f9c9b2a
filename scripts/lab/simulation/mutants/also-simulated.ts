import type { Scenario } from '../protocols.ts';
import type { Mutant, SimulatedMutant } from './mutant.ts';

/** Mutants of test files that the simulation must catch as well, with scenario and invariant. */
const seen: readonly (readonly [name: string, scenario: Scenario, caughtBy: string])[] = [
  ['an order is read eventually', 'dynamodb', 'backwards'],
  ["a sweeper's progress is read eventually", 'sweeper', 'sweep'],
  ['a call to the bus has one event too many', 'dynamodb', 'limit'],
  ['a delay exceeds the maximum of the queue', 'fulfilment', 'limit'],
  ['a delay in milliseconds goes to the queue as seconds', 'fulfilment', 'deadline'],
  ['the time to cancel is taken for seconds', 'fulfilment', 'deadline'],
  ['the time to cancel counts from the acceptance', 'fulfilment', 'deadline'],
  ["a customer's orders end after their first page", 'dynamodb', 'list'],
  ["every page of a customer's orders is the first", 'dynamodb', 'list'],
  ['the products end after their first page', 'dynamodb', 'list'],
  ["a repeated answer has today's price", 'dynamodb', 'repeat'],
  ['a repeated answer has another time of acceptance', 'dynamodb', 'repeat'],
  ['a supply in conflict is answered as made', 'dynamodb', 'supply'],
  ['a customer sees the orders of one whose name begins with theirs', 'dynamodb', 'I6'],
  ['an order is cancelled without asking whose it is', 'dynamodb', 'I6'],
  ['a fulfilled order counts as if its units were free', 'fulfilment', 'stock'],
];

/** @throws when no mutant has the name */
export function alsoSimulated(mutants: readonly Mutant[]): readonly SimulatedMutant[] {
  return seen.map(([name, scenario, caughtBy]) => {
    const mutant = mutants.find((one) => one.name === name);
    if (!mutant) throw new Error(`no mutant has the name '${name}'`);
    const { file, find, replace } = mutant;
    return { name, file, find, replace, scenario, caughtBy };
  });
}
