import { toMs } from '../domain/clock';
import { ACTION_TEXTS } from '../domain/wording';
import { Problem } from './problems';
import type { CaseSources } from './sources';

/** What came of a retry shows within moments. */
const PAUSE_MS = 1_000;

/** A run takes 2,000 actions in its life. A program that asks again and again must not use them up. */
const MANY = 20;
const LONG_PAUSE_MS = 60_000;

/** Refuses a retry while the last one of the case is still too fresh to have changed anything. */
export async function requirePatience(
  { journal }: Pick<CaseSources, 'journal'>,
  caseId: string | null,
): Promise<void> {
  if (caseId === null) return;
  // A journal that cannot be read may be the very thing that is to be tried again.
  const entries = await journal.entries(caseId).catch(() => []);
  const retries = entries.filter(({ operation, kind }) => operation === 'retry' && kind === 'decision');
  const last = retries.at(-1);
  if (!last) return;
  const elapsedMs = Date.now() - toMs(last.at);
  const pauseMs = retries.length < MANY ? PAUSE_MS : LONG_PAUSE_MS;
  // The line has the time of another machine, whose clock may be ahead.
  if (elapsedMs >= 0 && elapsedMs < pauseMs)
    throw new Problem('action-not-possible', ACTION_TEXTS.retriedJustNow);
}
