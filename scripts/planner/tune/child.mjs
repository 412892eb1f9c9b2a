// An environment of one function: loads its package, warms up at full speed, then waits to be throttled.
const [entry = ''] = process.argv.slice(2);
const { handler, prewarm } = await import(entry);
const context = {
  ...{ functionName: 'tune', functionVersion: '1', invokedFunctionArn: 'arn', memoryLimitInMB: '512' },
  ...{ awsRequestId: 'tune', getRemainingTimeInMillis: () => 30_000 },
};

async function call(event) {
  const begun = performance.now();
  const before = process.cpuUsage();
  const result = await handler(event, context);
  const { user, system } = process.cpuUsage(before);
  const { statusCode = 200, batchItemFailures = [] } = result ?? {};
  if (statusCode >= 300 || batchItemFailures.length > 0) throw new Error(`a failed call: ${JSON.stringify(result)}`);
  return { ms: performance.now() - begun, cpuMs: (user + system) / 1_000 };
}

process.on('message', async ({ event, calls }) => {
  try {
    const measured = [];
    for (let made = 0; made < calls; made++) measured.push(await call(event));
    process.send({ measured });
  } catch (error) {
    process.send({ error: String(error.stack) });
  }
});
await prewarm?.();
process.send({ ready: true });
