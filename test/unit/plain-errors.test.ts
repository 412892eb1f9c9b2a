import { describe, expect, it } from 'vitest';
import { CliError } from '../../scripts/cli/cli.ts';
import { toPlainError, withPlainErrors } from '../../scripts/cli/plain-errors.ts';

function failure(name: string, details: object = {}, message = 'text'): Error {
  return Object.assign(new Error(message), { name, ...details });
}

describe('a plain error', () => {
  it.each<[string, Error]>([
    ['unreachable', failure('AggregateError', { code: 'ECONNREFUSED' })],
    ['unreachable', new TypeError('fetch failed', { cause: failure('Error', { code: 'ENOTFOUND' }) })],
    ['unreachable', failure('TimeoutError')],
    ['unreachable', failure('Error', { code: 14 }, '14 UNAVAILABLE: no connection')],
    ['credentials_missing', failure('CredentialsProviderError')],
    ['credentials_missing', failure('Error', {}, 'Could not load the default credentials. Browse to ...')],
    ['credentials_refused', failure('ExpiredTokenException', { $metadata: { httpStatusCode: 403 } })],
    ['credentials_refused', failure('UnrecognizedClientException', { $metadata: { httpStatusCode: 400 } })],
    ['credentials_refused', failure('Error', { code: 16 }, '16 UNAUTHENTICATED')],
    ['access_denied', failure('AccessDeniedException', { $metadata: { httpStatusCode: 400 } })],
    ['access_denied', failure('RestError', { statusCode: 403 })],
    ['stage_not_found', failure('ResourceNotFoundException', { $metadata: { httpStatusCode: 400 } })],
    ['stage_not_found', failure('Error', { code: 5 }, '5 NOT_FOUND: Resource not found')],
    ['throttled', failure('ThrottlingException', { $metadata: { httpStatusCode: 400 } })],
    ['throttled', failure('Error', { code: 8 }, '8 RESOURCE_EXHAUSTED: Quota exceeded')],
    ['region_missing', failure('Error', {}, 'Region is missing')],
  ])('%s says the place, what is wrong, and what to do', (code, error) => {
    const plain = toPlainError(error, 'AWS, eu-west-1');
    expect(plain).toMatchObject({ code, message: expect.stringMatching(/^AWS, eu-west-1 .+\(.+\)$/) });
    expect(plain?.message).not.toContain('\n');
    expect(plain?.hint).not.toBe('');
  });

  it.each([
    new TypeError('x is not a function'),
    failure('ConditionalCheckFailedException', { $metadata: { httpStatusCode: 400 } }),
    failure('InternalServerError', { $metadata: { httpStatusCode: 500 } }),
    'a text',
  ])('does not hide a bug: %s', async (error) => {
    expect(toPlainError(error, 'AWS')).toBeUndefined();
    await expect(withPlainErrors('AWS', () => Promise.reject(error))).rejects.toBe(error);
  });

  it('keeps an error that is plain already', () => {
    const error = new CliError('stage_not_found', 'no stage', 'Name one.');
    expect(toPlainError(error, 'AWS')).toBe(error);
  });
});
