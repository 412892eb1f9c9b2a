import * as z from 'zod';

/** Name or URL of a resource. No default: a wrong one would reach another stage's data. */
export const resource = z.string().min(1);

export const milliseconds = z.coerce.number().int().min(0);

/**
 * Reads a function's environment once, at cold start.
 *
 * @throws {Error} naming every missing or invalid variable, without their values
 */
export function readEnv<Shape extends z.ZodRawShape>(shape: Shape): z.infer<z.ZodObject<Shape>> {
  const result = z.object(shape).safeParse(process.env);
  if (result.success) return result.data;
  const names = result.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
  throw new Error(`missing or invalid environment variables: ${names.join(', ')}; the stack sets them`);
}
