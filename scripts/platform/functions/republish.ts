import { readFile } from 'node:fs/promises';
import {
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import type { Service } from '../../../stacks/model/services.ts';
import { clients, type Target } from '../engine/target.ts';
import type { Builder } from './builder.ts';
import { zipOneFile } from './zip.ts';

const maxUpdateSeconds = 30;

/** Publishes a service's new code to the engine: uploads it, creates a version, and moves the alias. */
export async function republish(target: Target, stage: string, builder: Builder, service: Service): Promise<void> {
  const { lambda } = clients(target);
  const FunctionName = physicalName(stage, service);
  const wait = { client: lambda, maxWaitTime: maxUpdateSeconds, minDelay: 0.1, maxDelay: 0.5 };
  try {
    const ZipFile = zipOneFile('index.js', await readFile(builder.bundlePath(service)));
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    await waitUntilFunctionUpdatedV2(wait, { FunctionName });
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: aliasName, FunctionVersion: Version }));
  } finally {
    lambda.destroy();
  }
}
