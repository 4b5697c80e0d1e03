import type { ModelJet } from '../models/jet';
import type { Stage } from '../ports';

/** A world of one case, or of a series. */
type Told = Pick<Stage, 'nemesis' | 'series' | 'journal' | 'mail' | 'temporal'> & { startedAt: number };

/** The nemesis's decisions, the effects and the questions in their order, for a person who looks for a cause. */
export function tellStory(world: Told, jets: readonly ModelJet[]): string[] {
  const since = (at: number) => `${((at - world.startedAt) / 1_000).toFixed(3).padStart(10)} s`;
  const lines = [...strikes(world), ...effects(world, jets), ...runs(world)];
  return lines.sort(([a], [b]) => a - b).map(([at, what]) => `${since(at)}  ${what}`);
}

type Line = [at: number, what: string];

function strikes({ nemesis }: Told): Line[] {
  return nemesis.strikes.map(({ at, what, ordinal }) => [at, `! ${ordinal} ${what}`]);
}

function effects({ series, journal, mail }: Told, jets: readonly ModelJet[]): Line[] {
  return [
    ...(series?.lines ?? []).map(({ at, operation, effectKey, outcome }): Line => [
      Date.parse(at),
      `series ${operation} ${effectKey} ${outcome}`,
    ]),
    ...jets
      .flatMap(({ writes }) => writes)
      .map(({ at, actor, operation, before, after }): Line => [
        at,
        `jet ${actor} ${operation} ${before?.version}→${after?.version} ${after?.statusText} ${after?.title} | ${after?.customerTitle} | ${after?.externalMemo}`,
      ]),
    ...journal.lines.map(({ at, eventNumber, kind, operation, effectKey, outcome }): Line => [
      Date.parse(at),
      `journal ${eventNumber} ${kind} ${operation} ${effectKey} ${outcome}`,
    ]),
    ...mail.deliveries.map(({ at, recipient, wasAccepted, heard }): Line => [
      at,
      `mail ${recipient} taken ${wasAccepted}, heard ${heard}`,
    ]),
  ];
}

function runs({ temporal }: Told): Line[] {
  return temporal.runs.flatMap(({ options, history, closed }): Line[] => [
    ...history.map(({ at, jobs, commands }): Line => {
      const wanted = commands.map((command) =>
        'activity' in command ? command.activity.activityType : command.kind,
      );
      return [at, `run ${options.runId} ${jobs.map(jobName).join(',')} → ${wanted.join(',')}`];
    }),
    ...(closed ? [[closed.at, `run ${options.runId} closed ${closed.as} ${closed.type ?? ''}`] as Line] : []),
  ]);
}

interface JobParts {
  name?: string;
  seq?: number;
  result?: { failed?: { failure?: { cause?: { message?: string } } } };
}

function jobName(job: object): string {
  const parts = Object.entries(job).filter(([, value]) => typeof value === 'object' && value !== null);
  return parts
    .map(([kind, value]) => {
      const { name = '', seq = '', result } = value as JobParts;
      const failed = result?.failed && `failed (${result.failed.failure?.cause?.message})`;
      return [kind, name, seq, failed].filter(Boolean).join(' ');
    })
    .join(' ');
}
