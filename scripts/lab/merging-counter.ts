/** Delivers one site's sales to another; the network may delay or drop it. */
export type Tell<Site> = (from: Site, to: Site, arrive: () => void) => void;

/** For comparison, a merging counter (CRDT): each site sells while the sales it knows of leave stock. */
export class MergingCounter<Site> {
  readonly #known: ReadonlyMap<Site, Map<Site, number>>;
  readonly #tell: Tell<Site>;
  readonly #supply: number;

  constructor(sites: readonly Site[], tell: Tell<Site>, supply: number) {
    this.#known = new Map(sites.map((site) => [site, new Map<Site, number>()]));
    this.#tell = tell;
    this.#supply = supply;
  }

  get sold(): number {
    return [...this.#known].reduce((sold, [site, own]) => sold + (own.get(site) ?? 0), 0);
  }

  order(site: Site, quantity: number): void {
    const own = this.#of(site);
    const known = [...own.values()].reduce((sum, count) => sum + count, 0);
    if (this.#supply - known < quantity) return;
    own.set(site, (own.get(site) ?? 0) + quantity);
    this.tellAll(site);
  }

  tellAll(site: Site): void {
    const told = new Map(this.#of(site));
    for (const other of this.#known.keys()) {
      if (other !== site) this.#tell(site, other, () => this.#merge(other, told));
    }
  }

  #merge(site: Site, told: ReadonlyMap<Site, number>): void {
    const own = this.#of(site);
    for (const [other, count] of told) own.set(other, Math.max(count, own.get(other) ?? 0));
  }

  #of(site: Site): Map<Site, number> {
    return this.#known.get(site) ?? new Map();
  }
}
