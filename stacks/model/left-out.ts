/** Features that the local stages omit. Everything else in their templates is the same on AWS. */
export const omittedLocally: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'provisioned concurrency with target tracking and a scheduled floor',
    why: 'the engines reject Application Auto Scaling; staging and prod synthesize it, tests assert it',
  },
  {
    what: 'warm throughput and auto-scaled table capacity',
    why: 'no engine meters capacity units; the prod and staging templates are asserted instead',
  },
  {
    what: 'point-in-time recovery',
    why: 'the engines accept it but keep no backups: npm run restore -- --backup makes one on demand',
  },
  { what: 'X-Ray tracing', why: 'no engine has X-Ray; trace context still propagates through queue and bus' },
  { what: 'API access logs', why: 'the engine drops them; the gateway counts every call instead' },
  { what: 'TLS-only queue policies', why: 'the engine uses plain HTTP on loopback, which these policies deny' },
  {
    what: 'WAF web ACL, custom domain and certificate',
    why: 'the engine enforces no web ACL, and the domain does not resolve locally',
  },
  { what: 'CDN access logs', why: 'the engine writes none; the local edge counts its responses instead' },
  { what: 'origin secret', why: 'tests and tools call the local API directly, without the CDN' },
  {
    what: 'releases by CodeDeploy',
    why: 'the engines run no deployments; each deploy moves all calls at once, and `npm run drill -- release` plays the shift',
  },
  { what: 'Cognito user pool', why: 'a local OIDC issuer signs the tokens' },
];
