import type { ActionKey } from '../domain/action-key';
import { findKeyed } from '../domain/lines';
import type { Action } from '../domain/vocabulary';
import { ACTION_TEXTS } from '../domain/wording';
import { digest } from '../digest';
import type { Caller } from './caller';
import { viewOfFound } from './case-view';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import { toView, type CaseView } from './view';
import type { FoundCase, WantedCase } from './which-case';

/** What is kept of the key of a request; `request`: what was asked, without the case that it was asked of. */
export function actionKey(
  caller: Caller,
  action: Action,
  request: object,
  idempotencyKey: string | undefined,
): ActionKey | undefined {
  if (idempotencyKey === undefined) return undefined;
  return {
    digest: digest({ caller: caller.id, key: idempotencyKey }),
    request: digest({ action, request }),
  };
}

/**
 * The answer to a request whose key has been noted before, so that nothing is done again; `null`: it is a new one. The
 * first answer itself is given while a run knows it, and afterwards how the case stands now. Throws where the key was
 * used for something else, or for another case of the event.
 */
export async function answerAgain(
  sources: CaseSources,
  wanted: WantedCase,
  found: FoundCase,
  key: ActionKey | undefined,
): Promise<CaseView | null> {
  if (!key) return null;
  const noted = findKeyed(await sources.journal.linesOfEvent(wanted.house, wanted.eventNumber), key);
  if (!noted) return null;
  requireSameRequest(noted.key, key);
  if (noted.caseId !== found.caseId) throw new Problem('key-reused', ACTION_TEXTS.keyOfOtherCase);
  const { run } = found;
  const answer = run && (await sources.client.readAnswer(run, key.digest));
  return answer ? toView(sources, wanted, run.runId, answer, false) : viewOfFound(sources, wanted, found);
}

/** Two requests with the same key at the same moment get the same answer: the line says whose answer it is. */
export async function requireOwnAnswer(
  { journal }: CaseSources,
  { caseId }: FoundCase,
  key: ActionKey | undefined,
): Promise<void> {
  if (!key || caseId === null) return;
  const entries = await journal.entries(caseId).catch(() => []);
  const noted = findKeyed(entries, key);
  if (noted) requireSameRequest(noted.key, key);
}

/** Whether the newest run of the case was started by this very request; the line of it may not be written yet. */
export async function isResumedBy(
  { client }: CaseSources,
  { run }: FoundCase,
  key: ActionKey | undefined,
): Promise<boolean> {
  const noted = key && run ? (await client.readInput(run))?.resumption?.key : undefined;
  if (!key || noted?.digest !== key.digest) return false;
  requireSameRequest(noted, key);
  return true;
}

function requireSameRequest(noted: ActionKey, key: ActionKey): void {
  if (noted.request !== key.request) throw new Problem('key-reused', ACTION_TEXTS.keyOfOtherRequest);
}
