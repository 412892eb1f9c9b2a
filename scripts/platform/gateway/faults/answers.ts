import type { FaultyService } from './plan.ts';

interface AwsError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const internal: Readonly<Record<FaultyService, AwsError>> = {
  dynamodb: { status: 500, code: 'InternalServerError', message: 'The request processing has failed.' },
  sqs: { status: 500, code: 'InternalFailure', message: 'The request processing has failed.' },
  events: { status: 500, code: 'InternalException', message: 'The request processing has failed.' },
  secretsmanager: {
    status: 500,
    code: 'InternalServiceError',
    message: 'An error occurred on the server side.',
  },
  cloudfront: { status: 503, code: 'ServiceUnavailable', message: 'CloudFront is temporarily unavailable.' },
};

const throttled: Readonly<Record<FaultyService, AwsError>> = {
  dynamodb: {
    status: 400,
    code: 'ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded.',
  },
  sqs: { status: 400, code: 'RequestThrottled', message: 'The request was denied due to request throttling.' },
  events: { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' },
  secretsmanager: { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' },
  cloudfront: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
};

/** An error in the service's own format; default: its internal error. */
export function rejection(service: FaultyService, change: { status?: number | undefined; code?: string | undefined }) {
  const { status, code, message } = internal[service];
  return errorAnswer(service, { status: change.status ?? status, code: change.code ?? code, message });
}

export function throttling(service: FaultyService): Response {
  return errorAnswer(service, throttled[service]);
}

/** DynamoDB's answer to conflicting transactions. Other operations get a simpler error. */
export function conflict(operation: string, reasons: readonly string[]): Response {
  if (!operation.startsWith('Transact')) {
    const message = 'Transaction is ongoing for the item';
    return errorAnswer('dynamodb', { status: 400, code: 'TransactionConflictException', message });
  }
  const Message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.join(', ')}]`;
  const CancellationReasons = reasons.map((Code) => (Code === 'None' ? { Code } : { Code, Message: toMessage(Code) }));
  const body = { __type: toErrorType('dynamodb', 'TransactionCanceledException'), Message, CancellationReasons };
  return new Response(JSON.stringify(body), { status: 400, headers: { 'content-type': contentTypes.dynamodb } });
}

function toMessage(code: string): string {
  return code === 'TransactionConflict' ? 'Transaction is ongoing for the item' : 'Throughput exceeds the limit';
}

const contentTypes = {
  dynamodb: 'application/x-amz-json-1.0',
  sqs: 'application/x-amz-json-1.0',
  events: 'application/x-amz-json-1.1',
  secretsmanager: 'application/x-amz-json-1.1',
  cloudfront: 'text/xml',
} as const;

const namespaces = { dynamodb: 'com.amazonaws.dynamodb.v20120810#', sqs: 'com.amazonaws.sqs#' } as const;

function toErrorType(service: FaultyService, code: string): string {
  return service === 'dynamodb' || service === 'sqs' ? namespaces[service] + code : code;
}

function errorAnswer(service: FaultyService, { status, code, message }: AwsError): Response {
  const sender = status < 500 ? 'Sender' : 'Receiver';
  const headers = {
    'content-type': contentTypes[service],
    ...(service === 'sqs' && { 'x-amzn-query-error': `${code};${sender}` }),
  };
  const body =
    service === 'cloudfront'
      ? `<?xml version="1.0"?><ErrorResponse xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Error><Type>${sender}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>injected</RequestId></ErrorResponse>`
      : JSON.stringify({ __type: toErrorType(service, code), message });
  return new Response(body, { status, headers });
}
