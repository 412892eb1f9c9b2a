import type { Service } from '../../../stacks/model/services.ts';
import { type LogLine, parseLogLine, textOf } from './log-line.ts';
import { isSampled, type OtlpSettings, sendOtlp, toOtlp } from './otlp.ts';
import { endsStep } from './spans.ts';

/** An invocation without a new line for this long is complete. */
const quietMs = 1_000;
/** Beyond this, the oldest lines are dropped while a collector accepts none. */
const maxLines = 50_000;

export interface ExporterOptions {
  readonly settings: OtlpSettings;
  readonly stage: string;
  /** Called once per outage. */
  readonly onTrouble: (text: string) => void;
}

/** Turns the functions' log lines into spans as they are written, and sends them to a collector. */
export class SpanExporter {
  readonly #options: ExporterOptions;
  #waiting: { readonly line: LogLine; readonly seenAt: number }[] = [];
  #isDown = false;
  readonly #timer: NodeJS.Timeout;

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.flush(Date.now() - quietMs), quietMs).unref();
  }

  take(service: Service, text: string): void {
    const line = parseLogLine(service, text);
    if (!line || !endsStep(line)) return;
    if (!isSampled(textOf(line, 'traceId') ?? '', this.#options.settings.ratio)) return;
    if (this.#waiting.length >= maxLines) this.#waiting.shift();
    this.#waiting.push({ line, seenAt: Date.now() });
  }

  /** Sends the invocations whose last line was seen by this time. */
  async flush(seenBy = Number.POSITIVE_INFINITY): Promise<void> {
    const idOf = ({ line }: { readonly line: LogLine }) => textOf(line, 'function_request_id') ?? '';
    const busy = new Set(this.#waiting.filter(({ seenAt }) => seenAt > seenBy).map(idOf));
    const ready = this.#waiting.filter((one) => !busy.has(idOf(one)));
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => busy.has(idOf(one)));
    const { settings, stage, onTrouble } = this.#options;
    try {
      await sendOtlp(
        toOtlp(
          ready.map(({ line }) => line),
          stage,
        ),
        settings,
      );
      this.#isDown = false;
    } catch (error) {
      if (!this.#isDown) onTrouble(`traces are not exported: ${(error as Error).message}`);
      this.#isDown = true;
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
