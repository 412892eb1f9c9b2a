import type { Json } from '../../model/json.ts';
import { toNumber } from '../template/numbers.ts';
import type { Template } from '../template/template.ts';

/**
 * Number of CPUs. Cloud Run also accepts thousandths: `1000m` is one, as is a missing value. Undefined if a deploy
 * decides.
 */
export function toCpus(template: Template, value: Json | undefined): number | undefined {
  const [, thousandths] = /^(\d+)m$/.exec(String(value)) ?? [];
  return thousandths === undefined ? toNumber(template, value, 1) : Number(thousandths) / 1000;
}
