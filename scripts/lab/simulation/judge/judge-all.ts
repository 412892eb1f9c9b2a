import type { Mutant } from '../mutants/mutant.ts';
import { isTested } from '../mutants/mutant.ts';
import { type JudgeOptions, judge, type Verdict } from './judge.ts';
import { startMutantTests } from './run-tests.ts';

export interface JudgeAllOptions extends Pick<JudgeOptions, 'seedsFor'> {
  readonly workers: number;
  readonly onVerdict?: (verdict: Verdict) => void;
  /** True when no more mutants may be started. */
  readonly isOver?: () => boolean;
}

/** Judges mutants on `workers` threads; at the same time, those of test files one after the other. */
export async function judgeAll(
  mutants: readonly Mutant[],
  { workers, seedsFor, onVerdict = () => {}, isOver = () => false }: JudgeAllOptions,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  let tests: ReturnType<typeof startMutantTests> | undefined;
  const options: JudgeOptions = {
    seedsFor,
    tests: () => {
      tests ??= startMutantTests();
      return tests;
    },
  };
  const tested = mutants.filter(isTested).values();
  const simulated = mutants.filter((mutant) => !isTested(mutant)).values();

  async function judgeEach(waiting: Iterator<Mutant>): Promise<void> {
    while (!isOver()) {
      const { value, done } = waiting.next();
      if (done) return;
      const verdict = await judge(value, options);
      verdicts.push(verdict);
      onVerdict(verdict);
    }
  }

  await Promise.all([...Array.from({ length: workers }, () => judgeEach(simulated)), judgeEach(tested)]);
  await (await tests)?.close();
  return verdicts;
}
