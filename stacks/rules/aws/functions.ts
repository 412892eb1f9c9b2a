import type { Json } from '../../model/json.ts';
import { type Resource, type Template, toText } from '../template/template.ts';

/** A function or its alias, however a value names it: `name`, or `name:alias`. */
export function toFunctionName(template: Template, value: Json | undefined): string {
  const target = functionTypes.map((type) => template.findReferred(value, type)).find((found) => found !== undefined);
  return target ? nameOf(template, target) : toText(value).replace(/^arn:.*:function:/, '');
}

const functionTypes = ['AWS::Lambda::Alias', 'AWS::Lambda::Function'];

/** The target of a function URL: the function, or its alias. */
export function toUrlTarget(template: Template, { properties }: Resource): string {
  const name = toFunctionName(template, properties.TargetFunctionArn);
  const qualifier = toText(properties.Qualifier);
  return qualifier === '' ? name : `${name}:${qualifier}`;
}

function nameOf(template: Template, { type, id, properties }: Resource): string {
  if (type === 'AWS::Lambda::Function') return toText(properties.FunctionName) || id;
  return `${toFunctionName(template, properties.FunctionName)}:${toText(properties.Name)}`;
}

/** The function that a value names, directly or by its alias. */
export function findFunction(template: Template, value: Json | undefined): Resource | undefined {
  const [name] = toFunctionName(template, value).split(':');
  return template.ofType('AWS::Lambda::Function').find((one) => nameOf(template, one) === name);
}
