import { afterEach, describe, expect, it, vi } from 'vitest';
import { exportToEnvironment, findStage } from '../../../scripts/operations/find-stage.ts';
import { redrivableServices } from '../../../scripts/operations/redrive/services.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { stubEngine } from '../platform/stub.ts';

/** An SQS that has these queues. */
async function startQueues(...queues: string[]): Promise<string> {
  const { url } = await stubEngine((seen, response) => {
    const { QueueName } = JSON.parse(seen.body) as { QueueName: string };
    const known = queues.includes(QueueName);
    const answer = known
      ? { QueueUrl: `http://queues/${QueueName}` }
      : { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'The specified queue does not exist.' };
    response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer));
  });
  return url;
}

const dead = (stage: string) => physicalName(stage, 'order-requests-dlq');

function useEndpoint(url: string): void {
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
}

afterEach(() => vi.unstubAllEnvs());

describe('a stage', () => {
  it('needs no name where one stage is deployed', async () => {
    const url = await startQueues(dead('local'));
    useEndpoint(url);
    expect(await findStage(undefined)).toMatchObject({ stage: 'local', place: `${url}, eu-west-1` });
  });

  it('needs a name where several are', async () => {
    useEndpoint(await startQueues(dead('dev'), dead('prod')));
    await expect(findStage(undefined)).rejects.toMatchObject({ code: 'stage_missing' });
    expect(await findStage('prod')).toMatchObject({ stage: 'prod' });
  });

  it('is an error with stage, region and endpoint if it is not deployed, and names those that are', async () => {
    const url = await startQueues(dead('local'));
    useEndpoint(url);
    await expect(findStage('local-url')).rejects.toMatchObject({
      code: 'stage_not_found',
      message: `stage local-url is not deployed on ${url}, eu-west-1: its queues are missing`,
      hint: expect.stringContaining('Deployed there: local.'),
    });
  });

  it('is an error where no stage is deployed', async () => {
    useEndpoint(await startQueues());
    await expect(findStage(undefined)).rejects.toMatchObject({ code: 'stage_not_found' });
  });

  it('is an error where something listens, and never answers', async () => {
    const { url } = await stubEngine(() => {});
    useEndpoint(url);
    await expect(findStage('prod')).rejects.toMatchObject({ code: 'unreachable', message: /Timeout/ });
  }, 25_000);

  it('is an error where nothing answers', async () => {
    useEndpoint('http://127.0.0.1:9');
    await expect(findStage(undefined)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the redrivable services of a stage', () => {
  it('name each missing queue, and do not count it as empty', async () => {
    useEndpoint(
      await startQueues(
        dead('local'),
        physicalName('local', 'order-requests'),
        physicalName('local', 'projection-dlq'),
      ),
    );
    const found = await findStage('local');
    exportToEnvironment(found);
    const { services, missing } = await redrivableServices(found, ['settlement', 'projection', 'fulfilment']);
    expect(services.map(({ service }) => service)).toEqual(['settlement', 'projection']);
    expect(missing).toEqual([physicalName('local', 'fulfilment-requests-dlq')]);
  });
});
