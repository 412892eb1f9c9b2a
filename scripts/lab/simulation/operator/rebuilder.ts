import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { CliError } from '../../../cli/cli.ts';
import { compareLive, rebuild } from '../../../operations/rebuild/run.ts';
import { RebuildStores } from '../../../operations/rebuild/stores.ts';
import type { Report } from '../world/outcome.ts';
import type { Scheduler } from '../world/scheduler.ts';

const retryMs = 10_000;
/** Far more attempts than any run of faults can use up. */
const mostAttempts = 60;

/** An operator who rebuilds the views until a run succeeds. Two may do so concurrently. */
export class Rebuilder {
  rebuilt = 0;
  readonly #scheduler: Scheduler;
  readonly #report: Report;
  readonly #settleMs: number;
  readonly #stores = new RebuildStores({ orders: 'orders', views: 'views' }, documents);

  readonly #retentionDays: number | undefined;

  /** @param retentionDays how long the rows of an order are kept after its end; undefined: for ever */
  constructor(scheduler: Scheduler, settleMs: number, report: Report, retentionDays?: number) {
    this.#retentionDays = retentionDays;
    this.#scheduler = scheduler;
    this.#settleMs = settleMs;
    this.#report = report;
  }

  start(name: string, atMs: number, attempt = 0): void {
    const again = () => {
      if (attempt < mostAttempts) this.start(name, retryMs, attempt + 1);
      else this.#report('rebuild', `${name} did not succeed in ${mostAttempts} attempts`);
    };
    const process = this.#scheduler.process(`${name}/${attempt}`);
    process.onDeath = again;
    this.#scheduler.after(atMs, process, () => {
      const options = { settleMs: this.#settleMs, retentionDays: this.#retentionDays, onStep: () => {} };
      rebuild(this.#stores, 'views', options).then(
        () => void this.rebuilt++,
        (error: Error) => {
          this.#scheduler.trace(process.name, error instanceof CliError ? error.code : error.name);
          // If another operator swapped first, its views are as good.
          if (!(error instanceof CliError && error.code === 'swapped_meanwhile')) again();
        },
      );
    });
  }

  /** Once nothing changes any more, the command must find no difference. */
  compare(): void {
    this.#scheduler.after(0, this.#scheduler.process('compare'), () => {
      compareLive(this.#stores, this.#retentionDays).then(
        ({ different: [first] }) => {
          if (first !== undefined) this.#report('rebuild', `the views differ from the events, the first: ${first}`);
        },
        (error) => this.#report('rebuild', `the comparison failed: ${error}`),
      );
    });
  }
}
