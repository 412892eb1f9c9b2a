import type { JournalFile } from '../../../operations/redrive/journal.ts';
import type { Draw } from '../world/random.ts';
import type { Scheduler } from '../world/scheduler.ts';

/** Share of writes that a death truncates. */
const torn = 0.01;

/** An operator's audit file. It survives runs that die, even in the middle of a line. */
export class AuditFile {
  #text = '';
  readonly #scheduler: Scheduler;
  readonly #draw: Draw;

  constructor(scheduler: Scheduler, name: string) {
    this.#scheduler = scheduler;
    this.#draw = scheduler.draw(`audit-${name}`);
  }

  /** @param mayTear false once no more faults may happen */
  open(mayTear: () => boolean): JournalFile {
    const owner = this.#scheduler.current;
    const append = (more: string) => {
      const chance = this.#draw();
      if (!owner?.alive) return;
      const isTorn = chance < torn && mayTear();
      this.#text += isTorn ? more.slice(0, Math.floor((chance / torn) * more.length)) : more;
      if (isTorn) this.#scheduler.kill(owner);
    };
    return { text: this.#text, append, close: () => {} };
  }

  /** A message's steps that are completely on disk. */
  phasesOf(id: string): readonly string[] {
    const whole = this.#text.slice(0, this.#text.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').filter((text) => text.includes(`"id":"${id}"`) && text.endsWith('}'));
    return lines.flatMap((line) => /"phase":"([a-z ]+)"/.exec(line)?.[1] ?? []);
  }
}
