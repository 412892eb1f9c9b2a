import { installPython } from '../process/python-environment.ts';

/** Returns the interpreter that runs the local engine. */
export const installEngine = (onProgress: (text: string) => void): Promise<string> =>
  installPython(
    {
      name: 'engine',
      requirements: new URL('./requirements.txt', import.meta.url),
      notice: 'installing the local engine (once, about 15 s)',
    },
    onProgress,
  );
