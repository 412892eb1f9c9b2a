import { type Json, toObject } from '../../model/json.ts';
import type { Template } from './template.ts';

/**
 * A number in the template, or its parameter's default. `absent` is the service's default when nothing is set.
 * Undefined if only a deploy knows the number, so that no rule may judge it.
 */
export function toNumber(template: Template, value: Json | undefined, absent?: number): number | undefined {
  if (value === undefined || toObject(value).Ref === 'AWS::NoValue') return absent;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  const given = template.findDefault(value);
  return typeof given === 'number' || typeof given === 'string' ? toNumber(template, given) : undefined;
}
