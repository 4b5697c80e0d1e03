import { has, judge, type Fates } from './fate.ts';
import type { Peer } from './peer.ts';
import { makeJobs, makeProgramme } from './programme.ts';
import { Stage } from './stage.ts';

const WAIT_MS = 6_000;
/** Long enough for the time-out of a call, and for some attempts after it. */
const PATIENCE_MS = 90_000;
const A_MOMENT_MS = 3_000;

/** One wrong answer of Jet to one case, or one of the mail server. `isLater`: armed only when the titles are written. */
type Fault = { operation: string; kind: string; isLater?: true } | 'mail';

/** In place of the answer to Storno, which is not carried out. */
const INSTEAD = {
  'error-500': 'an error 500',
  'too-many-requests': '"too many requests"',
  hang: 'no answer',
  drip: 'an answer that never ends',
  reset: 'a connection cut',
  'html-page': 'a page of HTML',
  empty: 'an empty answer',
  oversize: 'an answer of 200 MB',
  redirect: 'a redirect',
};

const FAULTS: Record<string, Fault> = {
  ...Object.fromEntries(
    Object.entries(INSTEAD).map(([kind, what]) => [
      `${what} instead of Storno`,
      { operation: 'set-storno', kind },
    ]),
  ),
  'an old state of the event, read before Storno': {
    operation: 'read-event',
    kind: 'stale-read',
    isLater: true,
  },
  'another event, read before Storno': { operation: 'read-event', kind: 'wrong-event', isLater: true },
  'the title cut short, and the answer says nothing': {
    operation: 'save-announcement',
    kind: 'truncate-value',
  },
  'nothing saved, and another event as the answer': { operation: 'save-announcement', kind: 'wrong-event' },
  'no Storno, and another event as the answer': { operation: 'set-storno', kind: 'wrong-event' },
  'the mail not taken, the answer lost': 'mail',
};

/** A case each, all at once: nobody is killed here, so they do not disturb each other. */
export async function tryFaults(name: string, peer: Peer, rows: RegExp, fates: Fates): Promise<void> {
  process.env.CRON_EVERY_MS = '5000';
  const faults = Object.entries(FAULTS).filter(([title]) => rows.test(title));
  if (faults.length === 0) return;
  const stage = await Stage.start(name, peer, { waitMs: WAIT_MS, programme: makeProgramme(faults.length) });
  try {
    const next = makeJobs(WAIT_MS);
    const tried = await Promise.all(
      faults.map(async ([title, fault]) => {
        const job = next();
        const { eventNumber } = job;
        const isLater = fault !== 'mail' && fault.isLater;
        if (!isLater) await arm(stage, fault, eventNumber);
        const placed = { ...job, placedAt: Date.now() };
        await stage.orders.place(job);
        if (isLater) {
          await stage.until(() => has(stage, 'save-announcement', eventNumber), PATIENCE_MS);
          await arm(stage, fault, eventNumber);
        }
        const fate = await judge(stage, placed, { patienceMs: PATIENCE_MS, laterMs: A_MOMENT_MS });
        return [title, fate] as const;
      }),
    );
    Object.assign(fates, Object.fromEntries(tried));
  } finally {
    await stage.stop();
  }
}

function arm(stage: Stage, fault: Fault, eventNumber: string): Promise<unknown> {
  if (fault === 'mail') return stage.loseMail('drop-after-data', eventNumber);
  const { operation, kind } = fault;
  return stage.arm([{ operation, kind, eventNumber, count: 1 }]);
}
