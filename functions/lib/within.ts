/** The work took longer than its limit. It goes on; a retry finds its result. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** @throws {TimeoutError} when the work takes longer than `ms` */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result>((resolve, reject) => {
      timer = setTimeout(() => reject(new TimeoutError(`the work took longer than ${ms} ms`)), ms);
      work.then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
}
