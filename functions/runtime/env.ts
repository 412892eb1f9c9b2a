import * as z from 'zod';

/** The name or URL of a resource: it has no default, since a wrong guess would reach another stage's data. */
export const resource = z.string().min(1);

export const milliseconds = z.coerce.number().int().min(0);

/**
 * Reads a function's environment once, at cold start.
 *
 * @throws {Error} that names every variable that is missing or wrong, and none of their values
 */
export function readEnv<Shape extends z.ZodRawShape>(shape: Shape): z.infer<z.ZodObject<Shape>> {
  const result = z.object(shape).safeParse(process.env);
  if (result.success) return result.data;
  const names = result.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
  throw new Error(`the environment of this function is not complete: ${names.join(', ')}; the stack sets it`);
}
