/** Claims beside those of a valid access token of `ada`. */
export interface MatrixClaims {
  readonly sub?: string;
  readonly [claim: string]: unknown;
}

export type Verdict = { readonly customer: string; readonly admin: boolean } | 'UNAUTHENTICATED';

/** The verdict about a token, which must be the same on every cloud and at every door. */
export const tokenMatrix: readonly (readonly [string, MatrixClaims, Verdict])[] = [
  ['no groups', {}, { customer: 'ada', admin: false }],
  ['the group admin', { 'cognito:groups': ['admin'] }, { customer: 'ada', admin: true }],
  ['admin among others', { 'cognito:groups': ['x', 'admin'] }, { customer: 'ada', admin: true }],
  ['a group with a space', { 'cognito:groups': ['billing admin'] }, { customer: 'ada', admin: false }],
  ['a group with a comma', { 'cognito:groups': ['x,admin'] }, { customer: 'ada', admin: false }],
  ['a group with brackets', { 'cognito:groups': ['[admin]'] }, { customer: 'ada', admin: false }],
  ['groups as text', { 'cognito:groups': 'admin' }, { customer: 'ada', admin: false }],
  ['groups as bracketed text', { 'cognito:groups': '[billing admin]' }, { customer: 'ada', admin: false }],
  ['groups as an object', { 'cognito:groups': { admin: true } }, { customer: 'ada', admin: false }],
  ['another case', { 'cognito:groups': ['Admin'] }, { customer: 'ada', admin: false }],
  [
    'a subject of Auth0',
    { sub: 'auth0|5f7c8ec7c33c6c004bbafe82' },
    { customer: 'auth0|5f7c8ec7c33c6c004bbafe82', admin: false },
  ],
  ['a subject that begins with -', { sub: '-yTn0' }, { customer: '-yTn0', admin: false }],
  ['a subject that begins with _', { sub: '_yTn0' }, { customer: '_yTn0', admin: false }],
  ['an address', { sub: 'ada+shop@example.org' }, { customer: 'ada+shop@example.org', admin: false }],
  ['a URN', { sub: 'urn:uuid:7d444840' }, { customer: 'urn:uuid:7d444840', admin: false }],
  ['a URL', { sub: 'https://id.example/ada?x=1#me' }, { customer: 'https://id.example/ada?x=1#me', admin: false }],
  ['255 characters', { sub: 'a'.repeat(255) }, { customer: 'a'.repeat(255), admin: false }],
  ['256 characters', { sub: 'a'.repeat(256) }, 'UNAUTHENTICATED'],
  ['a line break', { sub: 'ada\n' }, 'UNAUTHENTICATED'],
  ['a control character', { sub: 'a\u0000da' }, 'UNAUTHENTICATED'],
  ['characters beyond ASCII', { sub: 'åda' }, 'UNAUTHENTICATED'],
  ['an empty subject', { sub: '' }, 'UNAUTHENTICATED'],
  ["an access token's use", { token_use: 'access' }, { customer: 'ada', admin: false }],
  ["an ID token's use", { token_use: 'id' }, 'UNAUTHENTICATED'],
  ['a refresh token', { typ: 'Refresh' }, 'UNAUTHENTICATED'],
  ["Keycloak's ID token", { typ: 'ID' }, 'UNAUTHENTICATED'],
  ["an ID token's nonce", { nonce: 'n' }, 'UNAUTHENTICATED'],
  ["an ID token's hash of the access token", { at_hash: 'h' }, 'UNAUTHENTICATED'],
];
