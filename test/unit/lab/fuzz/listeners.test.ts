import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fuzzListeners } from '../../../../scripts/lab/fuzz/run.ts';
import { LocalApi } from '../../../../scripts/platform/api/local-api.ts';
import { startEdgeServer } from '../../../../scripts/platform/edge/server.ts';
import type { Builder } from '../../../../scripts/platform/functions/builder.ts';
import { serveFunctions } from '../../../../scripts/platform/functions/serve.ts';
import { CallCounters } from '../../../../scripts/platform/gateway/counters.ts';
import { Gateway } from '../../../../scripts/platform/gateway/gateway.ts';
import { anyPage } from '../../../../scripts/platform/http/guard.ts';
import { type Answer, listen, openListeners } from '../../../../scripts/platform/http/listen.ts';
import { startIssuer } from '../../../../scripts/platform/identity/issuer.ts';
import { startPartner } from '../../../../scripts/platform/partner/partner.ts';
import { stubEngine } from '../../platform/stub.ts';

const options = { requests: 1_500, seed: 1, parallel: 16 };
/** Answers that the stub engine and the undeployed API give on purpose. */
const engineKey = { accessKeyId: 'AKIARUN', secretAccessKey: 'x', region: 'us-east-1', engineChecksSessions: true };

let log: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => void log.mockRestore());

async function startAll() {
  const before = new Set(openListeners());
  const engine = await stubEngine();
  const gateway = new Gateway();
  await gateway.start();
  gateway.connect({ url: new URL(engine.url) }, engineKey);
  const api = new LocalApi(new CallCounters());
  await api.listen(0);
  const destination = { forwarder: engine.forwarder, path: (path: string) => path };
  api.connect({ catalog: destination, intake: destination, stock: destination });
  const issuer = await startIssuer();
  const partner = await startPartner();
  const functions = await serveFunctions('local', { fresh: async () => {} } as unknown as Builder, { onLog: () => {} });
  onTestFinished(async () => {
    await Promise.all([gateway.stop(), api.close(), issuer.stop(), partner.stop(), functions.stop()]);
  });
  return { engine, gateway, partner, listeners: openListeners().filter((one) => !before.has(one)) };
}

describe('generated requests and raw bytes', () => {
  it('find nothing in the listeners of the platform, and have no effect', async () => {
    const { engine, gateway, partner, listeners } = await startAll();
    expect(listeners.map(({ name }) => name).toSorted()).toEqual(
      ['the API', 'the functions', 'the gateway', 'the identity issuer', 'the partner'].toSorted(),
    );
    const script = partner.script;
    const { findings, statuses } = await fuzzListeners(listeners, options);
    expect(findings).toEqual([]);
    for (const status of [200, 400, 403, 404, 413, 417, 431]) expect([...statuses.keys()]).toContain(status);
    expect(partner.book()).toEqual([]);
    expect(partner.script).toEqual(script);
    expect(gateway.faults.report()).toEqual([]);
    // The API forwards what it gets; nothing may come through the gateway but sessions, which the engine checks.
    expect(Object.keys(gateway.counters.snapshot())).toEqual([]);
    expect(engine.seen.filter(({ headers }) => headers['x-amz-security-token'])).toEqual([]);
    expect(log).not.toHaveBeenCalled();
  }, 60_000);

  it('find a listener that throws, hangs up, answers a foreign page, or is gone', async () => {
    const answers: Record<string, Answer> = {
      throws: (_, __, { pathname }) => {
        throw new Error(pathname);
      },
      'hangs up': (_, response) => response.destroy(),
      'answers all': (_, response) => response.end(),
    };
    const found: string[] = [];
    for (const [name, answer] of Object.entries(answers)) {
      const listener = await listen(0, name, answer, { guard: anyPage });
      onTestFinished(() => listener.close());
      found.push(...(await fuzzListeners([listener], { ...options, requests: 100 })).findings);
    }
    const gone = await startEdgeServer(0);
    await gone.close();
    found.push(...(await fuzzListeners([{ name: 'gone', url: gone.url }], { ...options, requests: 1 })).findings);
    for (const text of [
      /^throws: answered 500: /,
      /^hangs up: closed the connection without an answer: /,
      /^answers all: answered 200 to a foreign page or host: /,
      /^after all: gone: closed/,
    ])
      expect(found).toContainEqual(expect.stringMatching(text));
  }, 60_000);
});
