/** Quantities by name. */
export class Sums {
  readonly #sums = new Map<string, number>();

  add(name: string, quantity: number): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + quantity);
  }

  of(name: string): number {
    return this.#sums.get(name) ?? 0;
  }

  names(): Iterable<string> {
    return this.#sums.keys();
  }
}
