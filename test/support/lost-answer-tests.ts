import { describe, expect, test } from 'vitest';
import { type Fate, Faults, fates, type Shop, send, type Write, writes } from './lost-answers.ts';

const isDone = (status: number) => status >= 200 && status < 300;
const refusals = [409, 412, 422];

/** The stored state decides: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1 */
async function judge(shop: Shop, write: Write, { statusCode }: { statusCode: number }, at: string): Promise<void> {
  if (await write.written(shop)) expect(isDone(statusCode), `${at}: ${statusCode} for a stored write`).toBe(true);
  else expect(refusals, `${at}: a write that is not stored`).toContain(statusCode);
}

type Open = (faults: Faults) => Shop | Promise<Shop>;

async function judgeRows({ findViolations }: Shop, at: string): Promise<void> {
  if (findViolations) expect(await findViolations(), at).toEqual([]);
}

async function prepared(open: Open, { prepare }: Write): Promise<Shop> {
  const shop = await open(new Faults());
  await prepare?.(shop);
  shop.faults.calls = 0;
  return shop;
}

/** Runs each write with each fate at each of its store calls, and judges the answers to the write and to its retry. */
export function fateTests(open: Open, chosen: readonly Fate[] = fates): void {
  const cases = Object.entries(writes).flatMap(([name, write]) => chosen.map((fate) => ({ name, write, fate })));

  test.each(cases)('answers $name by the stored state: $fate', async ({ write, fate }) => {
    const calm = await prepared(open, write);
    expect(isDone((await send(calm, write.request)).statusCode)).toBe(true);
    const { calls } = calm.faults;
    expect(calls).toBeGreaterThan(0);
    for (let call = 0; call < calls; call++) {
      const shop = await prepared(open, write);
      shop.faults.arm(call, fate, () => write.another(shop));
      const first = await send(shop, write.request);
      const at = `call ${call}`;
      if (first.statusCode === 503) {
        expect(['lost', 'reset'], at).toContain(fate);
        expect(first.headers['retry-after'], at).toBe('1');
        expect(shop.hidesOneLoss ?? false, at).toBe(false);
      } else await judge(shop, write, first, at);
      const again = await send(shop, write.request);
      await judge(shop, write, again, `${at}, sent again`);
      await judgeRows(shop, at);
      if (shop.faults.anotherCame) continue;
      expect(isDone(again.statusCode), at).toBe(true);
      // Any version: another write makes another version.
      const isSame = write.request.headers?.['if-match'] !== '*';
      if (isSame && first.statusCode !== 503) expect(again.body, at).toBe(first.body);
    }
  });
}

/** Each write, sent several times at once and beside one that excludes it. */
export function rivalTests(open: Open): void {
  test.each(Object.entries(writes))('answers %s sent four times at once', async (_, write) => {
    const shop = await prepared(open, write);
    const answers = await Promise.all(Array.from({ length: 4 }, () => send(shop, write.request)));
    for (const { statusCode } of answers) expect([200, 201, 202, 503]).toContain(statusCode);
    const again = await send(shop, write.request);
    expect(isDone(again.statusCode)).toBe(true);
    expect(await write.written(shop)).toBe(true);
    await judgeRows(shop, 'sent again');
  });

  const rivals = Object.entries(writes).filter(
    ([, { request, rival }]) => rival !== request && request.headers?.['if-match'] !== '*',
  );
  test.each(rivals)('accepts one of two rivals: %s', async (_, write) => {
    const shop = await prepared(open, write);
    const [asked, other] = await Promise.all([write.request, write.rival].map((request) => send(shop, request)));
    const statuses = [asked, other].map((answer) => answer?.statusCode ?? 0);
    expect(statuses.filter(isDone), String(statuses)).toHaveLength(1);
    expect(
      statuses.filter((status) => refusals.includes(status)),
      String(statuses),
    ).toHaveLength(1);
    expect(await write.written(shop)).toBe(isDone(statuses[0] ?? 0));
  });
}

export function lostAnswerTests(cloud: string, open: Open): void {
  describe(`on ${cloud}`, () => {
    fateTests(open);
    rivalTests(open);
  });
}
