/** Waits that the visitor can end with "Try now". */
export class Pauses {
  readonly #waiting = new Set<() => void>();

  readonly for = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });

  readonly end = (): void => {
    for (const wake of [...this.#waiting]) wake();
  };
}
