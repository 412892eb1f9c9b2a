import { scalingBefore2023 } from '../model/assumptions.ts';
import { Environments } from '../model/functions/environments.ts';
import { type Check, check } from './check.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/operatorguide/on-demand-scaling.html';

const rows = [
  { spread: 1, served: [3_000] },
  { spread: 2, served: [3_000, 3_500] },
  { spread: 3, served: [3_000] },
  { spread: 4, served: [2_500, 2_500, 2_500, 2_500] },
] as const;

/** 10,000 one-minute requests, spread over some minutes, under the rule before November 2023. */
export function checkBurst(): Check[] {
  return rows.flatMap(({ spread, served }) => {
    const environments = new Environments(scalingBefore2023, 1e9);
    return served.map((measured, minute) => {
      const { served: model } = environments.serve(10_000 / spread, 0, 10_000, 60);
      const row = `10,000 over ${spread} min: minute ${minute + 1}`;
      return check({ set: 'Lambda burst before 2023', row, model, measured, unit: 'served', tolerance: 0, source });
    });
  });
}
