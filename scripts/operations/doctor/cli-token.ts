import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a command line tool, and returns its stdout. */
export type RunTool = (program: string, args: readonly string[]) => Promise<string>;

const longestMs = 15_000;
/** Terraform prints a whole state at once. */
const longestBytes = 64 * 2 ** 20;

export const runTool: RunTool = async (program, args) => {
  const shell = process.platform === 'win32';
  const { stdout } = await promisify(execFile)(program, [...args], {
    timeout: longestMs,
    shell,
    maxBuffer: longestBytes,
  });
  return stdout.trim();
};

/** The tool that holds the cloud's sign-in cannot run, or is not signed in. */
export class SignInError extends Error {
  /** Action for the user. */
  readonly action: string;

  constructor(message: string, action: string) {
    super(message);
    this.name = 'SignInError';
    this.action = action;
  }
}

interface Tool {
  readonly program: string;
  readonly args: readonly string[];
  readonly install: string;
  readonly signIn: string;
}

/** @throws {SignInError} if the tool is missing or not signed in */
export async function readToken(run: RunTool, { program, args, install, signIn }: Tool): Promise<string> {
  try {
    return await run(program, args);
  } catch (error) {
    const {
      code,
      killed,
      stderr = '',
      message,
    } = error as Error & { code?: unknown; killed?: boolean; stderr?: string };
    if (code === 'ENOENT') throw new SignInError(`the command ${program} is not installed`, `Install it: ${install}`);
    if (killed) throw new SignInError(`${program} gave no token within ${longestMs / 1_000} s`, signIn);
    const [said = message] = stderr.split('\n').filter((line) => line.trim() !== '');
    throw new SignInError(`${program}: ${said.slice(0, 200)}`, signIn);
  }
}
