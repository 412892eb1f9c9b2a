/** A billionth of a dollar, as a whole number: sums of cents stay exact. */
export type NanoUsd = bigint;

const nanoPerUsd = 1_000_000_000n;
/** Quantities are exact to a millionth of their unit. */
const quantityScale = 1_000_000n;

/** An exact decimal: `digits / 10^scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: bigint;
}

function parseDecimal(text: string): Decimal {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined)
    throw new Error(`'${text}' is not a price; write dollars as digits, for example '0.0000166667'`);
  return { digits: BigInt(whole + fraction), scale: 10n ** BigInt(fraction.length) };
}

/** Rounded once, half up. @throws {RangeError} for a quantity that is negative or not a number */
export function multiply(quantity: number, usdPerUnit: string, per = 1): NanoUsd {
  if (!(quantity >= 0 && Number.isFinite(quantity)))
    throw new RangeError(`a quantity of ${quantity}; it must be a number of 0 or more`);
  const { digits, scale } = parseDecimal(usdPerUnit);
  const whole = BigInt(Math.trunc(quantity)) * quantityScale;
  const scaled = whole + BigInt(Math.round((quantity % 1) * Number(quantityScale)));
  return divide(scaled * digits * nanoPerUsd, scale * quantityScale * BigInt(per));
}

function divide(amount: bigint, by: bigint): bigint {
  return (amount * 2n + by) / (by * 2n);
}

export const sumMoney = (amounts: Iterable<NanoUsd>): NanoUsd => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};

/** For display and for ratios: exact up to nine million dollars. */
export const toUsd = (amount: NanoUsd): number => Number(amount) / Number(nanoPerUsd);

/** `1234.50`: dollars and cents, rounded half up. */
export function toCents(amount: NanoUsd): string {
  const cents = divide(amount, nanoPerUsd / 100n);
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}
