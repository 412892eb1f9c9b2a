import { Logger } from '@aws-lambda-powertools/logger';
import type { ConstructorOptions, LogItemExtraInput, LogItemMessage } from '@aws-lambda-powertools/logger/types';

type Context = Parameters<Logger['addContext']>[0];

/** The JSON that all lines of an invocation share: the parts before and after the request's id. */
interface Frame {
  readonly of: Context | undefined;
  readonly before: string;
  readonly after: string;
}

/** Keys of the line itself, and those that an object treats specially. */
const special =
  /^(level|message|sampling_rate|service|timestamp|cold_start|function_.*|xray_trace_id|tenant_id|\d+|__proto__|constructor|prototype)$/;
/** Text in which JSON escapes nothing. */
const plain = /^[ !#-[\]-~]*$/;
const infoLevel = 12;

/**
 * Powertools' logger, except that it writes the usual line itself: a text with one flat object, at level INFO.
 * Powertools takes ten times as long for it, most of the middleware's time. Powertools writes every other line, in the
 * same format.
 */
export class QuickLogger extends Logger {
  readonly #mayQuote: (key: string) => boolean;
  /** The key as JSON between its comma and colon; empty if Powertools must write lines with it. */
  readonly #keys = new Map<string, string>();
  readonly #plainSettings: boolean;
  #context: Context | undefined;
  #isCold = true;
  #isTold = true;
  #frame: Frame | undefined;
  #traceId = '';
  #hasOwnKeys = false;
  #infoOn: boolean | undefined;
  #second = Number.NaN;
  /** ISO 8601 up to the dot before the milliseconds. */
  #secondText = '';

  /** @param mayQuote whether values under a key are logged as they are */
  constructor(options: ConstructorOptions, mayQuote: (key: string) => boolean) {
    super(options);
    this.#mayQuote = mayQuote;
    const { TZ = '', POWERTOOLS_DEV } = process.env;
    this.#plainSettings = (TZ === '' || TZ.includes('UTC')) && POWERTOOLS_DEV === undefined;
  }

  override addContext(context: Context): void {
    this.#isCold = this.#context === undefined;
    this.#context = context;
    this.#isTold = false;
    // Powertools counts the first call as the cold start.
    if (this.#isCold) this.#tellContext();
    const trace = process.env._X_AMZN_TRACE_ID;
    this.#traceId = trace === undefined ? '' : (/Root=([^;]+)/.exec(trace)?.[1] ?? '');
  }

  override setLogLevel(...given: Parameters<Logger['setLogLevel']>): void {
    super.setLogLevel(...given);
    this.#infoOn = undefined;
  }

  override refreshSampleRateCalculation(): void {
    super.refreshSampleRateCalculation();
    this.#infoOn = undefined;
  }

  /** Cached, because Powertools reads the environment each time. */
  #isInfoOn(): boolean {
    this.#infoOn ??= this.level <= infoLevel;
    return this.#infoOn;
  }

  /** Called before Powertools writes a line of this invocation; most invocations have none. */
  #tellContext(): void {
    if (this.#context && !this.#isTold) super.addContext(this.#context);
    this.#isTold = true;
  }

  override resetKeys(): void {
    if (this.#hasOwnKeys) super.resetKeys();
  }

  override appendKeys(...given: Parameters<Logger['appendKeys']>): void {
    this.#hasOwnKeys = true;
    super.appendKeys(...given);
  }

  override appendPersistentKeys(...given: Parameters<Logger['appendPersistentKeys']>): void {
    this.#hasOwnKeys = true;
    super.appendPersistentKeys(...given);
  }

  protected override processLogItem(level: number, input: LogItemMessage, extra: LogItemExtraInput): void {
    const line = level === infoLevel && this.#isInfoOn() ? this.#writeLine(input, extra) : undefined;
    if (line === undefined) {
      this.#tellContext();
      super.processLogItem(level, input, extra);
    } else {
      // Like Powertools' console.
      process.stdout.write(`${line}\n`);
    }
  }

  /** @returns undefined when Powertools must write it */
  #writeLine(input: LogItemMessage, [values, more]: LogItemExtraInput): string | undefined {
    if (typeof input !== 'string' || input === '' || more !== undefined) return undefined;
    if (!this.#plainSettings || this.#hasOwnKeys || !this.#isWarm()) return undefined;
    const own = this.#writeValues(values);
    if (own === undefined) return undefined;
    const { before, after } = this.#findFrame();
    const id = this.#context ? toJson(this.#context.awsRequestId) : '';
    const trace = this.#traceId === '' ? '' : `,"xray_trace_id":${toJson(this.#traceId)}`;
    return `{"level":"INFO","message":${toJson(input)},"timestamp":"${this.#formatNow()}"${before}${id}${after}${trace}${own}}`;
  }

  /** Equals `toISOString`, which takes longer than the rest of the line: most of the text is the same for a second. */
  #formatNow(): string {
    const now = Date.now();
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = new Date(now).toISOString().slice(0, 20);
    }
    return `${this.#secondText}${String(now - second * 1_000).padStart(3, '0')}Z`;
  }

  /** False for the first call of an environment and for lines before it, which differ. */
  #isWarm(): boolean {
    if (this.#context === undefined) return process.env._X_AMZN_TRACE_ID === undefined;
    return !this.#isCold && Boolean(this.#context.awsRequestId);
  }

  #writeValues(values: LogItemExtraInput[0] | undefined): string | undefined {
    if (values === undefined) return '';
    if (typeof values !== 'object' || values instanceof Error || Array.isArray(values)) return undefined;
    let text = '';
    for (const [key, value] of Object.entries(values)) {
      const name = this.#quote(key);
      if (name === '') return undefined;
      if (value === undefined || value === null || value === '') continue;
      if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isFinite(value)) return undefined;
      text += `,${name}:${typeof value === 'string' ? toJson(value) : String(value)}`;
    }
    return text;
  }

  #quote(key: string): string {
    let name = this.#keys.get(key);
    if (name === undefined) {
      name = special.test(key) || !this.#mayQuote(key) ? '' : JSON.stringify(key);
      this.#keys.set(key, name);
    }
    return name;
  }

  /** Powertools gives the fields once; from call to call only the request's id differs. */
  #findFrame(): Frame {
    const [known, context] = [this.#frame, this.#context];
    if (known && isOfSameFunction(known.of, context)) return known;
    this.#tellContext();
    const item = this.createAndPopulateLogItem(infoLevel, 'frame', []);
    item.prepareForPrint();
    const { level: _, message: __, timestamp: ___, xray_trace_id: ____, ...fields } = item.getAttributes();
    const [before = '', after = ''] = Object.entries(fields)
      .map(([key, value]) => `,${JSON.stringify(key)}:${key === 'function_request_id' ? '\n' : JSON.stringify(value)}`)
      .join('')
      .split('\n');
    this.#frame = { of: context, before, after };
    return this.#frame;
  }
}

/** Equals `JSON.stringify`, but faster. */
function toJson(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

function isOfSameFunction(a: Context | undefined, b: Context | undefined): boolean {
  return (
    a === b ||
    (a?.invokedFunctionArn === b?.invokedFunctionArn &&
      a?.functionName === b?.functionName &&
      a?.memoryLimitInMB === b?.memoryLimitInMB &&
      a?.tenantId === undefined &&
      b?.tenantId === undefined &&
      (a === undefined) === (b === undefined))
  );
}
