import { type Json, toObject } from '../../model/json.ts';
import type { Template } from './template.ts';

/**
 * A number, as the template has it or as its parameter's default. `absent` stands for what the service takes when
 * nothing is set; undefined if only a deploy knows the number, so that no rule may judge it.
 */
export function toNumber(template: Template, value: Json | undefined, absent?: number): number | undefined {
  if (value === undefined || toObject(value).Ref === 'AWS::NoValue') return absent;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  const given = template.findDefault(value);
  return typeof given === 'number' || typeof given === 'string' ? toNumber(template, given) : undefined;
}
