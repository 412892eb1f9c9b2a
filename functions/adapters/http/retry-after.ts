/** SQS's longest delay, longer than most outages. A longer wait takes further messages. */
const longestMs = 15 * 60_000;

const [month, time] = ['(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)', '\\d{2}:\\d{2}:\\d{2}'];
/** Recipients must accept all three: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
const dates = [
  new RegExp(`^[A-Z][a-z]{2}, \\d{2} ${month} \\d{4} ${time} GMT$`),
  new RegExp(`^[A-Z][a-z]{5,8}, \\d{2}-${month}-\\d{2} ${time} GMT$`),
  new RegExp(`^[A-Z][a-z]{2} ${month} [ \\d]\\d ${time} \\d{4}$`),
];

/** Seconds or a date, as milliseconds; 0 for anything else: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function parseRetryAfter(header: string | null, nowMs: number): number {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(longestMs, Number(text) * 1_000);
  // Only these formats: Date.parse takes 'in May 2099' for a date.
  if (!dates.some((date) => date.test(text))) return 0;
  const ms = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(longestMs, Math.max(0, ms));
}
