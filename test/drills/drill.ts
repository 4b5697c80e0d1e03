import type { Findings } from '../chaos/oracle';
import { Evening } from './evening';

/** One thing that happens to an installation with open cases, and what became of them. */
export interface Row extends Findings {
  /** As the table names it. */
  what: string;
  cases: number;
  tookMs: number;
  /** What a person had to do, in order. Empty: nothing. */
  work: readonly string[];
}

/** What the drill needs and this machine does not have, in German, or `null`. */
export type Lack = string | null;

export interface Drill {
  /** The title of its table, in German. */
  title: string;
  lack?: () => Lack;
  rows: Readonly<Record<string, Strike>>;
}

type EveningOptions = Parameters<typeof Evening.begin>[0];

export interface Strike {
  what: string;
  options?: () => EveningOptions | Promise<EveningOptions>;
  /** What the strike itself is, in the words of the comparison: it is no fault of what came after. */
  isStruck?: (fault: string) => boolean;
  /** Brings the cases to their points, strikes, and lets people do what is needed. Every case has to come to its end. */
  run(evening: Evening): Promise<void>;
  /** Gives back what `options` has taken of the machine. Not called where a fault has to be looked into. */
  cleanUp?: () => void | Promise<void>;
}

/** Plays one row on an installation of its own. Whatever breaks it off is one of its faults. */
export async function play({ what, options, isStruck, run, cleanUp }: Strike): Promise<Row> {
  const beganAtMs = Date.now();
  const evening = await Evening.begin(await options?.());
  let findings: Findings;
  try {
    await run(evening);
    const judged = await evening.judge();
    findings = { ...judged, faults: judged.faults.filter((fault) => !isStruck?.(fault)) };
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    findings = { lost: 0, secondWrites: 0, secondMails: 0, earlyStornos: 0, faults: [`broken off: ${why}`] };
  }
  const row = { what, ...findings, cases: evening.all.length, work: evening.work };
  await evening.stop(isBad(row));
  if (isBad(row)) row.faults.push(`see ${evening.stack.dataDir}`);
  else await cleanUp?.();
  return { ...row, tookMs: Date.now() - beganAtMs };
}

export function isBad({ lost, secondWrites, secondMails, earlyStornos, faults }: Findings): boolean {
  return lost + secondWrites + secondMails + earlyStornos + faults.length > 0;
}

/** The table of a drill, in Markdown, as the page of the drills shows it. */
export function tableOf(title: string, rows: readonly Row[]): string {
  const heads = [
    'Was geschah',
    'Absagen',
    'verloren',
    'doppelt',
    'zu früh',
    'Dauer',
    'Was jemand tun musste',
  ];
  const cells = rows.map(({ what, cases, lost, secondWrites, secondMails, earlyStornos, tookMs, work }) => [
    what,
    cases,
    lost,
    secondWrites + secondMails,
    earlyStornos,
    `${Math.round(tookMs / 1_000)} s`,
    work.length === 0 ? 'nichts' : work.join('; '),
  ]);
  const faults = rows.flatMap((row) => row.faults.map((fault) => `FEHLER ${row.what}: ${fault}`));
  return [
    `## ${title}`,
    '',
    ...[heads, heads.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`),
    ...faults,
    '',
  ].join('\n');
}
