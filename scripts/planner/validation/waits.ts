import { simulateLine } from '../model/queues/line.ts';
import { Random } from '../model/random.ts';
import { type Check, check } from './check.ts';

const source = "Erlang's formula C: A. K. Erlang, 1917";

/** Servers and use, with enough arrivals to know the mean within about two percent. */
export const lines = [
  { servers: 1, use: 0.5, arrivals: 150_000 },
  { servers: 1, use: 0.7, arrivals: 300_000 },
  { servers: 2, use: 0.6, arrivals: 150_000 },
  { servers: 2, use: 0.8, arrivals: 400_000 },
  { servers: 5, use: 0.7, arrivals: 400_000 },
  { servers: 5, use: 0.85, arrivals: 500_000 },
  { servers: 10, use: 0.8, arrivals: 300_000 },
  { servers: 20, use: 0.85, arrivals: 400_000 },
  { servers: 50, use: 0.9, arrivals: 1_200_000 },
  { servers: 100, use: 0.92, arrivals: 1_200_000 },
] as const;

/** Probability that an arrival waits, by the recursion of Erlang's formula B. */
export function erlangC(servers: number, load: number): number {
  let blocked = 1;
  for (let count = 1; count <= servers; count++) blocked = (load * blocked) / (count + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** Mean wait of M/M/c in service times. */
export const meanWait = (servers: number, use: number): number =>
  erlangC(servers, servers * use) / (servers * (1 - use));

/** @param share of the arrivals that are simulated */
export function checkWaits(share = 1): Check[] {
  return lines.map(({ servers, use, arrivals }, index) => {
    const random = new Random(index + 1);
    const service = () => random.exponential();
    const waits = simulateLine(
      { rate: servers * use, servers, service, arrivals: Math.round(arrivals * share) },
      random,
    );
    let sum = 0;
    for (const wait of waits) sum += wait;
    return check({
      ...{ set: 'M/M/c wait', row: `${servers} servers, ${use * 100} % used`, model: sum / waits.length },
      ...{ measured: meanWait(servers, use), unit: 'service times', tolerance: 5, source },
    });
  });
}
