import { flat, type Price, type PriceSource, type Step, unread } from '../price.ts';

export type Amount = string | readonly Step[];

interface Row extends Partial<Pick<Price, 'per' | 'free' | 'fixed'>> {
  readonly unit: string;
  /** us-east-1; without `eu`, every region. */
  readonly us: Amount;
  /** eu-central-1. From memory unless `euSource` is given, because no stored copy of its price pages exists. */
  readonly eu?: Amount;
  readonly euSource?: PriceSource;
  readonly others?: Readonly<Record<string, Amount>>;
  readonly source: PriceSource;
}

/** Returns a function that makes rows of one service. `page` is cited for prices that could not be read. */
export const rowsOf =
  (service: string, page: string) =>
  (item: string, { unit, us, eu, euSource, others = {}, source, ...row }: Row): Price => ({
    ...{ service, item, unit, per: 1, free: 0, fixed: false, source, ...row },
    usd:
      eu === undefined
        ? { '*': toSteps(us) }
        : { 'us-east-1': toSteps(us), 'eu-central-1': toSteps(eu), ...mapSteps(others) },
    ...(eu !== undefined && { regionalSources: { 'eu-central-1': euSource ?? unread(page) } }),
  });

const toSteps = (amount: Amount): readonly Step[] => (typeof amount === 'string' ? flat(amount) : amount);
const mapSteps = (amounts: Readonly<Record<string, Amount>>) =>
  Object.fromEntries(Object.entries(amounts).map(([region, amount]) => [region, toSteps(amount)]));
