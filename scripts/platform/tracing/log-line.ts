import type { Service } from '../../../stacks/model/services.ts';

/** A structured log line of a function. */
export interface LogLine {
  readonly service: Service;
  /** Time of writing, in epoch milliseconds. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
  /** The function's version, if the log has it. */
  readonly version?: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Undefined for metrics (EMF), a runtime's own lines, and other text. */
export function parseLogLine(service: Service, text: string, version?: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  const fields = parseObject(text);
  if (!fields || '_aws' in fields) return undefined;
  const { timestamp, level, message } = fields;
  const at = Date.parse(String(timestamp));
  if (Number.isNaN(at) || typeof message !== 'string') return undefined;
  return { service, at, level: String(level), message, fields, ...(version && { version }) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

export function textOf({ fields }: LogLine, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOf({ fields }: LogLine, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
