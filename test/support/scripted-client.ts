import { onTestFinished, vi } from 'vitest';

interface Client {
  send(command: never): Promise<unknown>;
}

/** Answer to a call: an error is thrown, a function is called with the input of the command. */
type Answer = object | Error | ((input: never) => object);

/**
 * Replaces the calls of an SDK client until the test ends: each gets the next answer, and the last answer repeats.
 *
 * @returns the inputs of the calls so far
 */
export function script<Input>(client: Client, ...answers: readonly Answer[]): readonly Input[] {
  const inputs: Input[] = [];
  const rest = [...answers];
  const spy = vi.spyOn(client, 'send').mockImplementation(async (command: { readonly input: Input }) => {
    inputs.push(command.input);
    const answer = rest.length > 1 ? rest.shift() : rest[0];
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(command.input as never) : (answer ?? {});
  });
  onTestFinished(() => spy.mockRestore());
  return inputs;
}
