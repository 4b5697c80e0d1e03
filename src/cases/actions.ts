import { randomUUID } from 'node:crypto';
import { ActionInDoubt, ActionNotPossible, isOpenRun, WorkersUnavailable } from '../client';
import type { CancellationInput } from '../domain/case';
import { readableInput } from '../domain/contact';
import { openingOf } from '../domain/lines';
import type { Action, RunAction } from '../domain/vocabulary';
import { ACTION_TEXTS, otherCaseText, TEMPORAL_TEXTS } from '../domain/wording';
import { actionKey, answerAgain, isResumedBy, requireOwnAnswer } from './action-keys';
import { requireHouse, sealedFor, type Caller } from './caller';
import { viewOf, viewOfFound } from './case-view';
import { withContact } from './contact';
import { requireSimulatorOrLogIn } from './missing-log-in';
import { heldByStranger, orderDigest } from './orders';
import { Problem } from './problems';
import { toldOfSeries } from './told';
import { requireSecondPerson } from './second-person';
import { requirePatience } from './retry-pace';
import type { CaseSources } from './sources';
import { forCaller } from './for-caller';
import { heldAs, isHeld, toView, type CancellationView, type CaseView, type Held } from './view';
import { findCase, readLinesOf, type FoundCase, type WantedCase } from './which-case';

/** What a caller asks of a case, and why. The journal records both. */
export interface Act extends WantedCase {
  /** The reason, the further details of the action, and the case that the caller has seen. */
  request: { reason: string; caseId?: string };
  /** A repeated key gets the first answer again, and nothing is done twice. */
  idempotencyKey?: string;
}

/** Carries out an action on the open run of a case. If the run refuses it, a problem says why. */
export async function actOn(
  sources: CaseSources,
  caller: Caller,
  action: RunAction,
  act: Act,
): Promise<CancellationView> {
  const { wanted, request, found, key, answer } = await prepare(sources, caller, action, act);
  if (answer) return forCaller(caller, answer);
  const { run } = found;
  if (!run || !isOpenRun(run)) throw await closedRun(sources, wanted);
  const held = heldAs(run);
  if (held) throw new Problem('action-not-possible', HELD_TEXTS[held]);
  if (action === 'retry') await requirePatience(sources, found.caseId);
  await requireSecondPerson(sources, caller, action, { wanted, found, request });
  try {
    // Exactly this run: by now another case of the event may have begun.
    const asked = { ...request, actor: caller.actor, key };
    const status = await sources.client.act(action, { ...run, caseId: found.caseId }, asked, {
      by: sealedFor(caller, wanted.house),
      updateKey: key?.digest,
    });
    await requireOwnAnswer(sources, found, key);
    const view = toView(sources, wanted, run.runId, status, false);
    return forCaller(caller, { ...view, series: toldOfSeries(run.seriesId) });
  } catch (error) {
    if (ANSWERS.some((answer) => error instanceof answer)) throw error;
    const now = await findCase(sources, wanted);
    if (!now.run || !isOpenRun(now.run)) throw await closedRun(sources, wanted);
    // A reset has put a new run in its place.
    if (now.run.runId !== run.runId) return actOn(sources, caller, action, act);
    throw error;
  }
}

/** Failures of an action that already say what became of it. */
const ANSWERS = [ActionInDoubt, ActionNotPossible, WorkersUnavailable, Problem];

/** Resumes an interrupted case: a new run of the same case continues from what Jet and the journal show. */
export async function resumeCase(sources: CaseSources, caller: Caller, act: Act): Promise<CancellationView> {
  const { wanted, request, found, key, answer } = await prepare(sources, caller, 'resume', act);
  if (answer) return forCaller(caller, answer);
  const view = await viewOfFound(sources, wanted, found);
  if (!view) throw new Problem('cancellation-not-found');
  if (view.state !== 'interrupted') {
    if (await isResumedBy(sources, found, key)) return forCaller(caller, view);
    throw notInterrupted(view);
  }
  const input = await findInput(sources, wanted, found);
  if (!input) throw new Problem('cancellation-not-found');
  const resumption = { id: randomUUID(), actor: caller.actor, reason: request.reason, key };
  const wantedOrder = orderDigest(input.order, input.policy.marker);
  const { stranger } = found;
  if (stranger && isOpenRun(stranger)) throw heldByStranger(sources, stranger);
  const started = await sources.client.start({ ...input, resumption }, wantedOrder, {
    by: sealedFor(caller, input.order.house),
    // The journal knows no end of the case, whatever its run says.
    mayFollowCompleted: stranger !== null || found.run?.status === 'completed',
  });
  // As its check will do: until then nobody could tell this run from somebody else's.
  if (started.isNew)
    await sources.journal
      .nameRun({ caseId: input.caseId, firstRunId: started.runId, seal: started.seal.mac })
      .catch(() => false);
  const now = await findCase(sources, wanted);
  const present = (await viewOfFound(sources, wanted, now)) ?? view;
  // Another request was faster, or the run is open all the same: this request has changed nothing.
  if (!started.isNew && !(await isResumedBy(sources, now, key))) throw notInterrupted(present);
  return forCaller(caller, present);
}

/**
 * Which case is meant, by its address or by the request, and the answer where this very request was answered before.
 * Throws when the event has another case now: an action never reaches a case that its caller has not seen.
 */
async function prepare(
  sources: CaseSources,
  caller: Caller,
  action: Action,
  { house, eventNumber, caseId, request: { caseId: seen, ...request }, idempotencyKey }: Act,
) {
  requireHouse(sources.houses, caller, house, action);
  requireSimulatorOrLogIn(sources);
  const wanted = { house, eventNumber, caseId: caseId ?? seen };
  const found = await findCase(sources, wanted);
  const key = actionKey(caller, action, request, idempotencyKey);
  const answer = await answerAgain(sources, wanted, found, key);
  const isMeant = found.caseId === found.newest && (seen ?? found.caseId) === found.caseId;
  if (!answer && !isMeant) throw await otherCase(sources, caller, { house, eventNumber });
  return { wanted, request, found, key, answer };
}

async function otherCase(sources: CaseSources, caller: Caller, event: WantedCase): Promise<Problem> {
  const view = await viewOf(sources, event);
  if (!view) return new Problem('cancellation-not-found');
  const cancellation = forCaller(caller, view);
  return new Problem('other-case', otherCaseText(cancellation.caseId), { cancellation });
}

const HELD_TEXTS: Record<Held, string> = {
  'run-paused': ACTION_TEXTS.paused,
  'run-stuck': ACTION_TEXTS.stuck,
  'run-without-workers': TEMPORAL_TEXTS.withoutWorkers,
};

function notInterrupted({ attention }: CaseView): Problem {
  const held = attention && isHeld(attention.code) ? attention.code : null;
  return new Problem('action-not-possible', held ? HELD_TEXTS[held] : ACTION_TEXTS.notInterrupted);
}

/** The input that the case began with, from the journal, or from the run if it never wrote its first line. */
async function findInput(
  { client, journal }: CaseSources,
  wanted: WantedCase,
  { caseId, run }: FoundCase,
): Promise<CancellationInput | null> {
  const entries = caseId ? await readLinesOf(journal, wanted, caseId) : [];
  const opening = openingOf(await withContact(journal, entries));
  return opening ? readableInput(opening.input) : run && client.readInput(run);
}

/** Why the case takes no actions: it has no open run. */
async function closedRun(sources: CaseSources, wanted: WantedCase): Promise<Problem> {
  const view = await viewOf(sources, wanted);
  if (!view) return new Problem('cancellation-not-found');
  const isInterrupted = view.state === 'interrupted';
  return new Problem('action-not-possible', isInterrupted ? ACTION_TEXTS.interrupted : ACTION_TEXTS.ended);
}
