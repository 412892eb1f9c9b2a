/** What the local stages go without, in one place: everything else in their templates is what goes to AWS. */
export const leftOutLocally: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'provisioned concurrency with target tracking and a scheduled floor',
    why: 'the engines refuse Application Auto Scaling; staging and prod synthesize it, tests assert it',
  },
  {
    what: 'warm throughput and auto-scaled table capacity',
    why: 'no engine meters capacity units; the prod and staging templates are asserted instead',
  },
  { what: 'point-in-time recovery', why: 'the engines accept it and keep no backups' },
  { what: 'X-Ray tracing', why: 'no engine has X-Ray; trace context still travels through queue and bus' },
  { what: 'API access logs', why: 'the engine drops them; the gateway counts every call instead' },
  { what: 'TLS-only queue policies', why: 'the engine is reached over plain HTTP on loopback, which they deny' },
  {
    what: 'WAF web ACL, custom domain and certificate',
    why: 'the engine associates no web ACL and enforces none, and nobody resolves the domain here',
  },
  { what: 'CDN access logs', why: 'the engine writes none; the local edge counts its answers instead' },
  { what: 'origin secret', why: 'the front door of the platform calls the API beside the edge, for tests and tools' },
  { what: 'Cognito user pool', why: 'a local OIDC issuer signs the tokens' },
];
