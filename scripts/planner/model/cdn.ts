/** Share of the requests per rank, most popular first. */
export function zipfShares(items: number, exponent: number): Float64Array {
  const shares = new Float64Array(items);
  let sum = 0;
  for (let rank = 0; rank < items; rank++) {
    const weight = Math.exp(-exponent * Math.log(rank + 1));
    shares[rank] = weight;
    sum += weight;
  }
  return shares.map((weight) => weight / sum);
}

/**
 * Requests per second that a CDN asks its origin: each cache asks once per key and lifetime, and simultaneous misses are
 * collapsed. With Poisson arrivals a key of rate `r` per cache is asked `r / (1 + r * ttl)` times a second.
 */
export function originRate(shares: Float64Array, rate: number, ttlSeconds: number, caches: number): number {
  let origin = 0;
  for (const share of shares) {
    const each = (rate * share) / caches;
    origin += (caches * each) / (1 + each * ttlSeconds);
  }
  return origin;
}

/** The same as a function of the rate alone, from a table: the loop over all products once per point. */
export function tabulate(of: (rate: number) => number, max: number): (rate: number) => number {
  const points = 256;
  const values = Array.from({ length: points + 1 }, (_, index) => of((max * index * index) / (points * points)));
  return (rate) => {
    if (max === 0) return 0;
    const at = Math.min(points, Math.sqrt(Math.max(0, rate) / max) * points);
    const low = Math.floor(at);
    const from = values[low] ?? 0;
    return from + ((values[Math.min(points, low + 1)] ?? from) - from) * (at - low);
  };
}
