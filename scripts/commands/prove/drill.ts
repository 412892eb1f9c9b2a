import { CliError, exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { readRecording } from '../../contracts/run.ts';
import type { Drill, DrillOptions, DrillResult } from '../../lab/drill/drill.ts';
import { hot } from '../../lab/drill/hot.ts';
import { outage } from '../../lab/drill/outage.ts';
import { overload } from '../../lab/drill/overload.ts';
import { partner } from '../../lab/drill/partner.ts';
import { poison } from '../../lab/drill/poison.ts';
import { region } from '../../lab/drill/region/region.ts';
import { release } from '../../lab/drill/release/release.ts';
import { drillReport } from '../../lab/drill/report.ts';
import { restore } from '../../lab/drill/restore.ts';
import type { PlatformOptions } from '../../platform/platform.ts';
import { reportsFolder } from '../../platform/process/paths.ts';
import { withRegions } from '../../platform/regions/with-regions.ts';
import { withPlatform } from '../../platform/with-platform.ts';
import { publishReport } from '../../report/publish.ts';
import { sectionsText } from '../../report/report.ts';

interface Entry {
  readonly seconds: number;
  /** Starts the systems that the drill needs. */
  readonly play: (options: Omit<DrillOptions, 'say'>) => Promise<DrillResult>;
}

const onPlatform =
  (drill: Drill, platform: Pick<PlatformOptions, 'innerLoop' | 'onLog'> = {}): Entry['play'] =>
  (options) =>
    withPlatform(platform, (system, progress) => drill(system, { ...options, say: progress.line }));

const drills: Readonly<Record<string, Entry>> = {
  outage: { seconds: 300, play: onPlatform(outage) },
  overload: { seconds: 40, play: onPlatform(overload) },
  poison: { seconds: 30, play: onPlatform(poison) },
  hot: { seconds: 40, play: onPlatform(hot) },
  partner: { seconds: 120, play: onPlatform(partner) },
  release: { seconds: 70, play: onPlatform(release, { innerLoop: 'one-process', onLog: () => {} }) },
  restore: { seconds: 200, play: onPlatform(restore) },
  region: {
    seconds: 300,
    play: (options) => withRegions((regions, progress) => region(regions, { ...options, say: progress.line })),
  },
};

const usage = `
usage: npm run drill ${Object.keys(drills).join('|')} -- [options]

Injects one fault into its own platform under load, and compares the measurements with their limits
(docs/drills.md). Prints the findings, and writes a page with charts to .local/reports.

  --seconds N  how long the fault lasts (default: ${Object.entries(drills)
    .map(([name, { seconds }]) => `${name} ${seconds}`)
    .join(', ')})
  --peak N     orders per second that the system can handle here (default: measured first)
  --base REF   for release: the previous version, a commit or tag (default: the release whose contracts are recorded)
  --short      do not judge times, for a fault of a few seconds: on a busy machine they prove nothing
  --help

Exit code: 0 all limits hold, 1 some do not, 2 wrong usage.
`;

await runMain(async () => {
  const [name = '', ...rest] = process.argv.slice(2);
  const entry = drills[name];
  if (!entry && /^\w/.test(name)) throw new CliError('usage', `there is no drill '${name}'`, usage.trim());
  const words = parseCommandLine(
    usage,
    {
      seconds: { type: 'string' },
      peak: { type: 'string' },
      base: { type: 'string' },
      short: { type: 'boolean', default: false },
    },
    entry ? rest : process.argv.slice(2),
  );
  if (!entry) throw new CliError('usage', 'the name of a drill is missing', usage.trim());
  const { seconds, play } = entry;
  const options = {
    seconds: parseWholeNumber('seconds', words.seconds ?? String(seconds), { min: 1, max: 3_600 }),
    peak: words.peak === undefined ? undefined : parseWholeNumber('peak', words.peak, { min: 1, max: 10_000 }),
    base: words.base ?? readRecording().commit,
  };
  const played = await play(options);
  const result = words.short ? withoutTimes(played) : played;
  const report = drillReport(name, result);
  process.stdout.write(sectionsText(report.sections) + publishReport(report, reportsFolder, `drill-${name}`));
  return report.failures.length === 0 ? exitCodes.ok : exitCodes.failed;
});

/** Shows the times of a short drill for information: they prove nothing. */
function withoutTimes({ findings, facts, ...played }: DrillResult): DrillResult {
  const times = findings.filter(({ timing }) => timing).map(({ what, measured }) => [what, measured] as const);
  return { ...played, findings: findings.filter(({ timing }) => !timing), facts: [...facts, ...times] };
}
