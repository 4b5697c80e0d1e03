import { ApplicationFailure, isCancellation, patched, workflowInfo } from '@temporalio/workflow';
import type { JetActivities } from '../activities';
import type { Settled } from '../activities/approval';
import type { LookInput } from '../activities/look';
import type { MarkResult } from '../activities/titles';
import type { NoticeResult } from '../activities/partner-notice';
import type { StornoAgain } from '../activities/still-storno';
import type { StornoResult } from '../activities/storno';
import type { CancellationInput, CodedText } from '../domain/case';
import { toInstant } from '../domain/clock';
import type { CaseEnd, TellingStep } from '../domain/vocabulary';
import type { Instant, JournalHead } from '../domain/types';
import { inputFault } from '../domain/input';
import { DETAILS, STEP_LABELS, SUMMARIES } from '../domain/wording';
import {
  handsFor,
  isLastSending,
  jetActivities,
  journalActivities,
  lastLookActivities,
  mailActivities,
  seriesNoticeActivities,
  type Pace,
} from './activities';
import { abortedFailure, CancellationRun } from './cancellation-run';
import { failureCodeOf, failureFactsOf, isLookNeeded } from './failure';
import { statedActor } from './messages';
import { handleOperatorActions } from './operator-actions';
import { ours, oursOrTask, type ResultName } from './results';
import { turnsOf } from './turns';

/** How a completed case ended, for the list of workflows. */
export interface CancellationResult {
  stornoSavedAt: string;
  seenInChannelAt: string;
  rightValidUntil: string | null;
  noticeAcceptedAt: string | null;
}

type StornoSet = Extract<StornoResult, { kind: 'cancelled' }>;
type StornoKnown = Pick<StornoSet, 'savedAt' | 'remainingMs'>;

/**
 * Cancels one performance, as the wiki's page says it:
 *
 * 1. mark the titles and leave a reason, wait for Ö-Ticket, set Storno, wait for Ö-Ticket
 * 2. look whether Connect Online shows it
 * 3. give the Connect Online Kassierer the extended cancellation right
 * 4. write to Ö-Ticket
 *
 * Until the first attempt to set Storno a person can abort it; the titles are then restored. From that attempt on it
 * goes on to its end: there is no way to un-cancel.
 */
export function cancelPerformance(input: CancellationInput): Promise<CancellationResult> {
  const turns = turnsOf(input);
  return turns.pass(() => {
    const fault = inputFault(input, workflowInfo().workflowId);
    if (fault) throw ApplicationFailure.nonRetryable(fault, 'Refused');
    const run = new CancellationRun({ ...input, orderedBy: orderedBy(input) }, turns);
    handleOperatorActions(run);
    return turns.protect(() => carryOut(run));
  });
}

/** The API leaves its mark in the memo. A run started any other way has an actor that was stated, not checked. */
function orderedBy({ caseId, orderedBy: actor }: CancellationInput): string {
  return statedActor(actor, workflowInfo().memo?.caseId === caseId);
}

async function carryOut(run: CancellationRun): Promise<CancellationResult> {
  const set = await run.untilAborted(async () => {
    const isOpen = await check(run);
    if (!isOpen) return 'aborted';
    if (run.isApprovalNeeded || !run.turns.areFew) await obtainApproval(run);
    return markAndSetStorno(run);
  });
  if (set === 'aborted') return abort(run);

  let why: string | null = null;
  for (let storno: StornoKnown = set; ;) {
    const leftMs = await run.wait('wait-for-storno-transfer', storno.remainingMs, storno.savedAt, why);
    const told = leftMs > 0 ? await lookMeanwhile(run, storno.savedAt, leftMs) : await tellPartner(run);
    if (!isKnown(told)) return { stornoSavedAt: storno.savedAt, ...told };
    storno = told;
    if (isAgain(told)) why = DETAILS.waitsForStornoAgain(told.savedAt);
  }
}

/** During the second wait another status was seen: the wait goes on only when the event is Storno, and from a newer save anew. */
async function lookMeanwhile(run: CancellationRun, savedAt: Instant, leftMs: number): Promise<StornoKnown> {
  const endsAtMs = Date.now() + leftMs;
  const look = await run.perform('verify-channel', 'look', (pace) =>
    lookAtEvent(run, jetActivities(run, 'look', pace, SUMMARIES.lookAtEvent), { step: 'verify-channel' }),
  );
  return isAgain(look) ? look : { savedAt, remainingMs: Math.max(0, endsAtMs - Date.now()) };
}

/** Steps 2 to 4, and the end. Whoever changes the status after the Storno and sets it back makes them begin anew, after the wait. */
async function tellPartner(
  run: CancellationRun,
): Promise<Omit<CancellationResult, 'stornoSavedAt'> | StornoAgain> {
  const { turns } = run;
  const seen = await turns.pass(() => verifyChannel(run));
  if (isAgain(seen)) return seen;
  const right = await turns.pass(() => grantRight(run));
  if (isAgain(right)) return right;
  const notice = await turns.pass(() => notifyPartner(run));
  if (isAgain(notice)) return notice;
  const end = await complete(run);
  if (isAgain(end)) return end;
  const { acceptedAt: noticeAcceptedAt } = notice;
  return { seenInChannelAt: seen.seenAt, rightValidUntil: right.validUntil, noticeAcceptedAt };
}

/** Checks everything that can be checked before the first write. `false`: the case was aborted in an earlier run. */
async function check(run: CancellationRun): Promise<boolean> {
  let hasPlace = !(run.input.isPlaceNeeded && patched('take-place'));
  const checked = await run.perform('check', 'checked', async (pace, { head }) => {
    const asked = { input: run.input, head };
    if (!hasPlace) await journalActivities(run.policy, pace, SUMMARIES.takePlace).takePlace(asked);
    hasPlace = true;
    return jetActivities(run, 'look', pace, STEP_LABELS.check).checkEvent(asked);
  });
  run.learn(checked);
  if (checked.kind === 'refused') throw await refuse(run, checked.refusal);
  if (checked.ended === 'closed-by-hand' && patched('stays-closed')) throw await run.stayClosed();
  if (checked.claim === 'storno') run.passPointOfNoReturn();
  // Until somebody has approved it, nobody knows whether there is anything to do.
  if (checked.claim === null && !checked.isApprovalNeeded) run.announce();
  return checked.claim !== 'abort';
}

/** Four eyes: where the house wants it, nothing is written before a second person has said yes to exactly this plan. */
async function obtainApproval(run: CancellationRun): Promise<void> {
  if (!run.isApprovalNeeded) return;
  for (;;) {
    const settled = await run.perform('check', 'settled', (pace, input) =>
      jetActivities(run, 'look', pace, SUMMARIES.settleApproval).settleApproval(input),
    );
    if (settled.kind === 'refused') throw await refuseOpened(run, settled);
    if (settled.kind === 'settled') return run.begin(settled.isOverridden);
    await run.awaitApproval(settled);
  }
}

/**
 * wiki, step 1: marker and reason, "15 Min. warten (Update-Intervall zum Ö-Ticket)", then Storno. A later save starts
 * the wait again; if that goes on for too long, a person is told. When a colleague removed the marker, it is put back
 * only when a person decides so.
 */
async function markAndSetStorno(run: CancellationRun): Promise<StornoSet | 'aborted'> {
  for (;;) {
    const marked = await run.turns.pass(() => markTitles(run));
    if (marked.kind === 'aborted') return 'aborted';
    let toldBy = run.attentionDueAfter(marked.kind === 'marked' ? marked.remainingMs : 0);
    if (marked.kind === 'marked')
      await run.wait('wait-for-title-transfer', marked.remainingMs, marked.savedAt);
    else run.skip('wait-for-title-transfer', DETAILS.foundStorno);

    const set = () => run.turns.pass(() => setStatusStorno(run, toldBy));
    let storno = await set();
    while (storno.kind === 'not-yet') {
      const { remainingMs, savedAt } = storno;
      // A person was asked something else meanwhile, and has decided: patience begins anew.
      if (run.wasAsked) toldBy = run.attentionDueAfter(remainingMs);
      await run.wait('wait-for-title-transfer', remainingMs, savedAt, DETAILS.waitsAgain(savedAt));
      storno = await set();
    }
    if (storno.kind === 'aborted') return 'aborted';
    if (storno.kind === 'cancelled') {
      run.passPointOfNoReturn(!storno.isOurs);
      return storno;
    }
  }
}

/** By the run's own clock, which replays. */
function now(): Instant {
  return toInstant(Date.now());
}

function markTitles(run: CancellationRun): Promise<MarkResult> {
  return run.perform(
    'mark-titles',
    'marked',
    (pace, input) => handsFor(run, pace, 'mark-titles').markTitles(input),
    (result) => {
      if (result.kind === 'aborted') return null;
      return result.kind === 'marked' ? DETAILS.savedAt(result.savedAt, now()) : DETAILS.notSaved;
    },
  );
}

function setStatusStorno(run: CancellationRun, toldBy: Instant): Promise<StornoResult> {
  return run.perform(
    'set-storno',
    'storno',
    (pace, input) =>
      handsFor(run, pace, 'set-storno').setStatusStorno({ ...input, ...(!run.isAskedElse && { toldBy }) }),
    (result) => (result.kind === 'cancelled' ? DETAILS.savedAt(result.savedAt, now()) : null),
  );
}

/** wiki, step 2: "Kontrollieren, ob die Statusänderung übertragen wurde". */
function verifyChannel(run: CancellationRun) {
  return run.perform(
    'verify-channel',
    'evidence',
    (pace) =>
      afterLook(run, pace, 'verify-channel', () =>
        looking(run, 'evidence', () =>
          run.turns.pass(() => handsFor(run, pace, 'verify-channel').verifyChannel(run.stepInput())),
        ),
      ),
    (result) => {
      if (isAgain(result)) return DETAILS.stornoAgain(result.savedAt);
      return result.isVouchedFor ? DETAILS.confirmed : DETAILS.seenAt(result.seenAt, now());
    },
  );
}

/** wiki, step 3: before the mail, because Ö-Ticket's refunds need it. */
function grantRight(run: CancellationRun) {
  return run.perform(
    'grant-right',
    'right',
    (pace) =>
      afterLook(run, pace, 'grant-right', () =>
        looking(run, 'right', () =>
          run.turns.pass(() => handsFor(run, pace, 'grant-right').grantExtendedRight(run.stepInput())),
        ),
      ),
    (result) => {
      if (isAgain(result)) return DETAILS.stornoAgain(result.savedAt);
      return result.isWaived ? DETAILS.waived : DETAILS.rightUntil(result.validUntil);
    },
  );
}

/** wiki, step 4. */
function notifyPartner(run: CancellationRun) {
  return run.perform(
    'notify-partner',
    'notice',
    (pace) => afterLook(run, pace, 'notify-partner', () => sendNotice(run, pace)),
    (result) => {
      if (isAgain(result)) return DETAILS.stornoAgain(result.savedAt);
      if (result.acceptedAt === null) return DETAILS.waived;
      return result.isConfirmed ? DETAILS.confirmed : DETAILS.mailAccepted;
    },
  );
}

/** Each sending goes by a fresh look at the event: the first one by that of the right, a later one by a look of its own. */
async function sendNotice(run: CancellationRun, pace: Pace): Promise<NoticeResult | StornoAgain> {
  for (let sendings = 0; ; sendings += 1) {
    const told = run.input.series && (await joinSeriesNotice(run));
    if (told) return told;
    const lookedAtMs = run.takeLook();
    try {
      const { sendPartnerNotice } = mailActivities(run.policy, pace, sendings, lookedAtMs);
      return await sendPartnerNotice({ ...run.stepInput(), lookedAtMs });
    } catch (error) {
      if (!isLookNeeded(error) || isLastSending(pace, sendings)) throw error;
      run.see(failureFactsOf(error).head);
    }
    if (run.backend === 'guided') continue;
    const look = await lookAtEvent(run, jetActivities(run, 'look', pace, SUMMARIES.lookAtEvent));
    if (isAgain(look)) return look;
  }
}

/** In a series one mail tells of all the performances of a house. `null`: that one does not come, and the case sends its own. */
async function joinSeriesNotice(run: CancellationRun): Promise<NoticeResult | null> {
  const joined = ours('joined', await seriesNoticeActivities(run).joinSeriesNotice(run.stepInput()));
  run.see(joined.head);
  if (joined.kind === 'own') return null;
  const { acceptedAt, isConfirmed, head } = joined;
  return { acceptedAt, isConfirmed, head };
}

/** Where another status was seen while the step waited, it looks itself first, and goes on only if the event is Storno. */
function afterLook<T>(
  run: CancellationRun,
  pace: Pace,
  step: Exclude<TellingStep, 'report'>,
  goOn: () => Promise<T>,
): Promise<T | StornoAgain> {
  const look = async () => (await lookIfWanted(run, pace, step)) ?? goOn();
  return run.isLookWanted || !run.turns.areFew ? look() : goOn();
}

async function lookIfWanted(
  run: CancellationRun,
  pace: Pace,
  step: Exclude<TellingStep, 'report'>,
): Promise<StornoAgain | null> {
  if (!run.isLookWanted) return null;
  const look = await lookAtEvent(run, jetActivities(run, 'look', pace, SUMMARIES.lookAtEvent), { step });
  return isAgain(look) ? look : null;
}

async function lookAtEvent(
  run: CancellationRun,
  jet: Pick<JetActivities, 'lookAtEvent'>,
  before: Pick<LookInput, 'step'> = {},
) {
  const look = await looking(run, 'look', () => jet.lookAtEvent({ ...run.stepInput(), ...before }));
  run.see(look.head);
  return look;
}

/** Keeps what the newest look has shown, and when: not later than when the activity that read it was begun. */
async function looking<T extends object>(
  run: CancellationRun,
  name: ResultName,
  work: () => Promise<T>,
): Promise<T> {
  const beganAtMs = Date.now();
  try {
    const result = oursOrTask(name, await work());
    if (isAgain(result)) run.isStornoLost = false;
    if ('isStornoSeen' in result && result.isStornoSeen === true) run.noteLook(beganAtMs);
    return result;
  } catch (error) {
    if (failureCodeOf(error) === 'status-changed-after-storno') run.isStornoLost = true;
    throw error;
  }
}

/** The end tells of the Storno, too: after a question about the mail the last look may be hours old. */
async function complete(run: CancellationRun): Promise<StornoAgain | { head: JournalHead | null }> {
  const end = await run.perform(
    'report',
    'ended',
    (pace) => {
      const end = () => writeEnd(run, pace, 'completed');
      const lookAndEnd = async () => (run.isLookDue && (await lookAtEnd(run))) || end();
      return run.isLookDue || !run.turns.areFew ? lookAndEnd() : end();
    },
    (result) => (isAgain(result) ? DETAILS.stornoAgain(result.savedAt) : null),
  );
  if (!isAgain(end)) await rest(run, 'completed');
  return end;
}

/**
 * Where Jet does not answer, the end waits for nobody: it is written with when Storno was last seen. A status that was seen
 * as changed has to be seen as Storno again. A look that could not be noted may have shown another status, so it is made again.
 */
async function lookAtEnd(run: CancellationRun): Promise<StornoAgain | null> {
  const jet = run.isStornoLost
    ? jetActivities(run, 'look', 'slow', SUMMARIES.lookAtEvent)
    : lastLookActivities(run);
  try {
    const look = await lookAtEvent(run, jet, { step: 'report' });
    return isAgain(look) ? look : null;
  } catch (error) {
    if (isCancellation(error) || run.isStornoLost || wasNotNoted(error)) throw error;
    return null;
  }
}

function wasNotNoted(error: unknown): boolean {
  return failureCodeOf(error) === 'journal-unavailable' && patched('looks-until-noted');
}

function isAgain(result: object): result is StornoAgain {
  return 'kind' in result && result.kind === 'storno-again';
}

/** Whether nobody was told yet: the second wait goes on, or begins anew. */
function isKnown(result: StornoKnown | object): result is StornoKnown {
  return 'remainingMs' in result;
}

/** Only before the point of no return: restores titles and memo, except where a colleague has changed them. */
async function abort(run: CancellationRun): Promise<never> {
  await run.beginAborting();
  await run.perform('mark-titles', 'written', (pace, input) =>
    handsFor(run, pace, 'mark-titles').restoreTitles(input),
  );
  await closeCase(run, 'aborted');
  throw abortedFailure();
}

async function refuse(run: CancellationRun, refusal: CodedText): Promise<ApplicationFailure> {
  run.refuse(refusal);
  await run.comeToRest();
  return ApplicationFailure.nonRetryable(refusal.text, 'Refused', refusal);
}

/** The case was opened and never begun: its end frees the event, and the house learns of it. */
async function refuseOpened(
  run: CancellationRun,
  { refusal, approval }: Extract<Settled, { kind: 'refused' }>,
): Promise<ApplicationFailure> {
  run.progress.approval = approval;
  await run.perform('report', 'written', (pace) => writeEnd(run, pace, 'refused'));
  return refuse(run, refusal);
}

async function closeCase(run: CancellationRun, end: CaseEnd): Promise<void> {
  await run.perform('report', 'written', (pace) => writeEnd(run, pace, end));
  await rest(run, end);
}

function writeEnd(run: CancellationRun, pace: Pace, end: CaseEnd) {
  return journalActivities(run.policy, pace, STEP_LABELS.report).closeCase({ ...run.stepInput(), end });
}

async function rest(run: CancellationRun, end: CaseEnd): Promise<void> {
  run.progress.show(end);
  await run.comeToRest();
}
