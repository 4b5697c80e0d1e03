import { ApplicationFailure, CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { MarkResult } from '../activities/titles';
import type { StornoResult } from '../activities/storno';
import type { CancellationInput, CodedText } from '../domain/case';
import type { CaseEnd } from '../domain/vocabulary';
import { inputFault } from '../domain/input';
import { DETAILS, STEP_LABELS } from '../domain/wording';
import { handsFor, jetActivities, journalActivities, mailActivities } from './activities';
import { abortedFailure, CancellationRun } from './cancellation-run';
import { statedActor } from './messages';
import { handleOperatorActions } from './operator-actions';

/** How a completed case ended, for the list of workflows. */
export interface CancellationResult {
  stornoSavedAt: string;
  seenInChannelAt: string;
  rightValidUntil: string | null;
  noticeAcceptedAt: string | null;
}

type StornoSet = Extract<StornoResult, { kind: 'cancelled' }>;

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
export async function cancelPerformance(input: CancellationInput): Promise<CancellationResult> {
  const fault = inputFault(input, workflowInfo().workflowId);
  if (fault) throw ApplicationFailure.nonRetryable(fault, 'Refused');
  const run = new CancellationRun({ ...input, orderedBy: orderedBy(input) });
  handleOperatorActions(run);
  return CancellationScope.nonCancellable(() => carryOut(run));
}

/** The API leaves its mark in the memo. A run started any other way has an actor that was stated, not checked. */
function orderedBy({ caseId, orderedBy: actor }: CancellationInput): string {
  return statedActor(actor, workflowInfo().memo?.caseId === caseId);
}

async function carryOut(run: CancellationRun): Promise<CancellationResult> {
  const storno = await run.untilAborted(async () => {
    const isOpen = await check(run);
    return isOpen ? markAndSetStorno(run) : 'aborted';
  });
  if (storno === 'aborted') return abort(run);

  await run.wait('wait-for-storno-transfer', storno.remainingMs, storno.savedAt);
  const seen = await verifyChannel(run);
  const right = await grantRight(run);
  const notice = await notifyPartner(run);
  await closeCase(run, 'completed');
  return {
    stornoSavedAt: storno.savedAt,
    seenInChannelAt: seen.seenAt,
    rightValidUntil: right.validUntil,
    noticeAcceptedAt: notice.acceptedAt,
  };
}

/** Checks everything that can be checked before the first write. `false`: the case was aborted in an earlier run. */
async function check(run: CancellationRun): Promise<boolean> {
  const checked = await run.perform('check', (pace, { head }) =>
    jetActivities(run.policy, pace, STEP_LABELS.check).checkEvent({ input: run.input, head }),
  );
  run.learn(checked);
  if (checked.kind === 'refused') throw await refuse(run, checked.refusal);
  if (checked.claim === 'storno') run.passPointOfNoReturn();
  return checked.claim !== 'abort';
}

/**
 * wiki, step 1: marker and reason, "15 Min. warten (Update-Intervall zum Ö-Ticket)", then Storno. A later save starts
 * the wait again. When a colleague removed the marker, it is put back only when a person decides so.
 */
async function markAndSetStorno(run: CancellationRun): Promise<StornoSet | 'aborted'> {
  for (;;) {
    const marked = await markTitles(run);
    if (marked.kind === 'aborted') return 'aborted';
    if (marked.kind === 'marked')
      await run.wait('wait-for-title-transfer', marked.remainingMs, marked.savedAt);
    else run.skip('wait-for-title-transfer', DETAILS.foundStorno);

    let storno = await setStatusStorno(run);
    while (storno.kind === 'not-yet') {
      await run.wait('wait-for-title-transfer', storno.remainingMs, storno.savedAt);
      storno = await setStatusStorno(run);
    }
    if (storno.kind === 'aborted') return 'aborted';
    if (storno.kind === 'cancelled') {
      run.passPointOfNoReturn(!storno.isOurs);
      return storno;
    }
  }
}

async function markTitles(run: CancellationRun): Promise<MarkResult> {
  return run.perform(
    'mark-titles',
    (pace, input) => handsFor(run, pace, 'mark-titles').markTitles(input),
    (result) => {
      if (result.kind === 'aborted') return null;
      return result.kind === 'marked' ? DETAILS.savedAt(result.savedAt) : DETAILS.foundStorno;
    },
  );
}

async function setStatusStorno(run: CancellationRun): Promise<StornoResult> {
  return run.perform(
    'set-storno',
    (pace, input) => handsFor(run, pace, 'set-storno').setStatusStorno(input),
    (result) => (result.kind === 'cancelled' ? DETAILS.savedAt(result.savedAt) : null),
  );
}

/** wiki, step 2: "Kontrollieren, ob die Statusänderung übertragen wurde". */
async function verifyChannel(run: CancellationRun) {
  return run.perform(
    'verify-channel',
    (pace, input) => handsFor(run, pace, 'verify-channel').verifyChannel(input),
    ({ seenAt }) => DETAILS.seenAt(seenAt),
  );
}

/** wiki, step 3: before the mail, because Ö-Ticket's refunds need it. */
async function grantRight(run: CancellationRun) {
  return run.perform(
    'grant-right',
    (pace, input) => handsFor(run, pace, 'grant-right').grantExtendedRight(input),
    ({ validUntil, isWaived }) => (isWaived ? DETAILS.waived : DETAILS.rightUntil(validUntil)),
  );
}

/** wiki, step 4. */
async function notifyPartner(run: CancellationRun) {
  return run.perform(
    'notify-partner',
    (pace, input) => mailActivities(run.policy, pace).sendPartnerNotice(input),
    ({ acceptedAt, isConfirmed }) => {
      if (acceptedAt === null) return DETAILS.waived;
      return isConfirmed ? DETAILS.confirmed : DETAILS.mailAccepted;
    },
  );
}

/** Only before the point of no return: restores titles and memo, except where a colleague has changed them. */
async function abort(run: CancellationRun): Promise<never> {
  await run.beginAborting();
  await run.perform('mark-titles', (pace, input) => handsFor(run, pace, 'mark-titles').restoreTitles(input));
  await closeCase(run, 'aborted');
  throw abortedFailure();
}

async function refuse(run: CancellationRun, refusal: CodedText): Promise<ApplicationFailure> {
  run.refuse(refusal);
  await run.comeToRest();
  return ApplicationFailure.nonRetryable(refusal.text, 'Refused', refusal);
}

async function closeCase(run: CancellationRun, end: CaseEnd): Promise<void> {
  await run.perform('report', (pace, input) =>
    journalActivities(run.policy, pace, STEP_LABELS.report).closeCase({ ...input, end }),
  );
  run.progress.show(end);
  await run.comeToRest();
}
