import { parse } from 'yaml';
import { isObject, type JsonObject, toList, toObject } from '../../../stacks/model/json.ts';

/** Permissions that a workflow may write with: none of them changes code or releases. */
const allowedWrites = new Set(['pull-requests', 'issues', 'id-token']);

/** @returns a GitHub workflow's security problems: actions that can change, permissions that are too wide */
export function checkWorkflow(text: string): readonly string[] {
  let workflow: JsonObject;
  try {
    workflow = toObject(parse(text));
  } catch (error) {
    return [`not valid YAML: ${(error as Error).message}`];
  }
  const jobs = Object.entries(toObject(workflow.jobs)).map(([name, job]) => ({ name, job: toObject(job) }));
  return [
    ...checkUses(text),
    ...checkTriggers(workflow, text),
    ...checkConcurrency(workflow, text),
    ...jobs.flatMap(({ name, job }) => checkJob(workflow, name, job).map((problem) => `job '${name}': ${problem}`)),
  ];
}

/** A tag can be moved to other code; a commit cannot. */
function checkUses(text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:- )?uses:\s*(\S+)(.*)$/gm)];
  return lines.flatMap(([, action = '', comment = '']) => [
    ...(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(action)
      ? []
      : [`${action}: must end with the 40 hexadecimal digits of a commit; a tag can be moved`]),
    ...(/^ # v\d+\.\d+\.\d+$/.test(comment) ? [] : [`${action}: names no version. Add a comment: # v1.2.3`]),
  ]);
}

function checkTriggers({ on }: JsonObject, text: string): string[] {
  const triggers = isObject(on) ? Object.keys(on) : toList(on).map(String);
  return [
    ...(triggers.includes('pull_request_target')
      ? ["pull_request_target runs a fork's pull request with this repository's secrets. Use pull_request"]
      : []),
    ...(triggers.includes('pull_request') && /\$\{\{[^}]*\bsecrets\b/.test(text)
      ? ['a pull request reads secrets: its code could print them']
      : []),
    ...(/aws-(secret-access-key|access-key-id)/.test(text)
      ? ['aws-secret-access-key: a key outlives the run. Take a role by OpenID Connect']
      : []),
  ];
}

function checkConcurrency({ concurrency }: JsonObject, text: string): string[] {
  const stops = toObject(concurrency)['cancel-in-progress'] === true;
  return stops && /\b(cdk deploy|terraform apply)\b/.test(text)
    ? ['cancel-in-progress stops a deploy half-way. Set it to false']
    : [];
}

function checkJob(workflow: JsonObject, name: string, job: JsonObject): string[] {
  const steps = toList(job.steps).map(toObject);
  const permissions = job.permissions ?? workflow.permissions;
  return [
    ...(job['timeout-minutes'] === undefined ? ['has no timeout-minutes: a job that hangs runs for six hours'] : []),
    ...checkPermissions(permissions, steps),
    ...steps.flatMap(checkStep),
    ...checkDeploy(name, job, steps),
    ...checkIdentity(workflow, job, permissions),
  ];
}

function checkPermissions(permissions: JsonObject[string] | undefined, steps: readonly JsonObject[]): string[] {
  if (permissions === undefined) return ["has no permissions: the repository's default may write everything"];
  if (!isObject(permissions)) return [`permissions are '${String(permissions)}'. List each right`];
  const writes = Object.entries(permissions).flatMap(([right, value]) => (value === 'write' ? [right] : []));
  const wide = writes.filter((right) => !allowedWrites.has(right)).map((right) => `may not have ${right}: write`);
  const runsCode = steps.some(({ uses }) => String(uses).startsWith('actions/checkout@'));
  const speaks = writes.filter((right) => right !== 'id-token');
  return [
    ...wide,
    ...(runsCode && speaks.length > 0
      ? [`runs code of the repository and writes ${speaks.join(', ')}. Let another job write what this one found`]
      : []),
  ];
}

/** An expression is pasted into the script, so a pull request's title could become a command. */
function checkStep({ run, uses, with: settings }: JsonObject): string[] {
  const pasted = /\$\{\{[^}]*\}\}/.exec(String(run ?? ''))?.[0];
  const keepsToken =
    String(uses).startsWith('actions/checkout@') && toObject(settings)['persist-credentials'] !== false;
  return [
    ...(pasted === undefined ? [] : [`${pasted} in a script: give it as a variable of the environment`]),
    ...(keepsToken ? ['checkout leaves its token to every later step. Set persist-credentials: false'] : []),
  ];
}

/** Any user who may push a branch may open a pull request, and its code would run with the workflow's identity. */
function checkIdentity({ on }: JsonObject, job: JsonObject, permissions: JsonObject[string] | undefined): string[] {
  const isOfPullRequest = isObject(on) ? 'pull_request' in on : toList(on).includes('pull_request');
  return isOfPullRequest && toObject(permissions)['id-token'] === 'write' && job.environment === undefined
    ? ['a pull request signs in to a cloud without an environment: its code runs without approval']
    : [];
}

function checkDeploy(name: string, job: JsonObject, steps: readonly JsonObject[]): string[] {
  const deploys = steps.some(({ run }) => /\b(cdk deploy|terraform apply)\b/.test(String(run)));
  return deploys && job.environment === undefined
    ? [`${name} deploys without an environment, and so without approval`]
    : [];
}
