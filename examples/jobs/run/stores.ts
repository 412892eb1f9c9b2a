import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { clientOptions, type Target } from '../../../scripts/platform/engine/target.ts';
import type { Letter, StoredJob } from '../check/evidence.ts';
import type { Outputs } from './platform.ts';

/** The stores of the deployed example, as an operator reads them. */
export class Stores {
  readonly #documents: DynamoDBDocumentClient;
  readonly #sqs: SQSClient;
  readonly #outputs: Outputs;
  readonly #letters = new Map<string, Letter>();

  constructor(target: Target, outputs: Outputs) {
    this.#documents = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(target)));
    this.#sqs = new SQSClient(clientOptions(target));
    this.#outputs = outputs;
  }

  async readJobs(): Promise<StoredJob[]> {
    const jobs: StoredJob[] = [];
    const pages = paginateScan(
      { client: this.#documents },
      { TableName: this.#outputs.JobsTable, ConsistentRead: true },
    );
    for await (const { Items = [] } of pages) jobs.push(...(Items as StoredJob[]));
    return jobs;
  }

  /** All dead letters so far. They stay in their queue, hidden for a minute from the next read. */
  async readLetters(): Promise<readonly Letter[]> {
    const wanted = { MaxNumberOfMessages: 10, VisibilityTimeout: 60, MessageAttributeNames: ['All'] };
    for (;;) {
      const read = new ReceiveMessageCommand({ QueueUrl: this.#outputs.DeadLetterUrl, ...wanted });
      const { Messages = [] } = await this.#sqs.send(read);
      for (const { MessageId = '', Body = '', MessageAttributes } of Messages)
        this.#letters.set(MessageId, { body: Body, reason: MessageAttributes?.reason?.StringValue });
      if (Messages.length === 0) return [...this.#letters.values()];
    }
  }

  /** Messages that are visible, delayed or in flight. */
  async countMessages(): Promise<number> {
    const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const read = new GetQueueAttributesCommand({
      QueueUrl: this.#outputs.QueueUrl,
      AttributeNames: [...AttributeNames],
    });
    return Object.values((await this.#sqs.send(read)).Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }

  /** Sets the visibility timeout of messages received from now on. */
  async hideFor(seconds: number): Promise<void> {
    const Attributes = { VisibilityTimeout: String(seconds) };
    await this.#sqs.send(new SetQueueAttributesCommand({ QueueUrl: this.#outputs.QueueUrl, Attributes }));
  }

  async send(body: string): Promise<void> {
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.#outputs.QueueUrl, MessageBody: body }));
  }

  close(): void {
    this.#documents.destroy();
    this.#sqs.destroy();
  }
}
