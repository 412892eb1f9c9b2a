/** Shares of the requests by rank, most popular first. */
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
 * Rate of requests from a CDN to its origin: each cache requests each key once per lifetime, and simultaneous misses
 * are collapsed. With Poisson arrivals, a cache requests a key of rate `r` `r / (1 + r * ttl)` times per second.
 */
export function originRate(shares: Float64Array, rate: number, ttlSeconds: number, caches: number): number {
  let origin = 0;
  for (const share of shares) {
    const each = (rate * share) / caches;
    origin += (caches * each) / (1 + each * ttlSeconds);
  }
  return origin;
}

/** Tabulates a function of the rate, so that the loop over all products runs only once per point. */
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
