import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import type { StornoResult } from '../activities/storno';
import type { CancellationInput, CaseEnd, CodedText } from '../domain/case';
import { inputFault } from '../domain/input';
import { DETAILS, STEP_LABELS } from '../domain/wording';
import { channelActivities, jetActivities, journalActivities, mailActivities } from './activities';
import { abortedFailure, CancellationRun } from './cancellation-run';

/** How a completed case ended, for the list of workflows. */
export interface CancellationResult {
  stornoSavedAt: string;
  seenInChannelAt: string;
  rightValidUntil: string | null;
  noticeAcceptedAt: string;
}

/**
 * Cancels one performance, as the wiki's page says it:
 *
 * 1. mark the titles and leave a reason, wait for Ö-Ticket, set Storno, wait for Ö-Ticket
 * 2. look whether Connect Online shows it
 * 3. give the Connect Online Kassierer the extended cancellation right
 * 4. write to Ö-Ticket
 *
 * Until the first attempt to set Storno it can be aborted; then the titles are restored. From then on it goes on
 * to its end: there is no way to un-cancel.
 */
export async function cancelPerformance(input: CancellationInput): Promise<CancellationResult> {
  const fault = inputFault(input, workflowInfo().workflowId);
  if (fault) throw ApplicationFailure.nonRetryable(fault, 'Refused');
  const run = new CancellationRun(input);
  return CancellationScope.nonCancellable(() => carryOut(run));
}

/** What the first wait needs to know; an event that is Storno already needs none. */
type Marked = { kind: 'marked'; remainingMs: number } | { kind: 'cancelled-already' };

async function carryOut(run: CancellationRun): Promise<CancellationResult> {
  const storno = await run.untilAborted(async () => {
    const marked = await checkAndMark(run);
    return marked.kind === 'aborted' ? marked : setStornoAfterTransfer(run, marked);
  });
  if (storno === 'aborted' || storno.kind === 'aborted') return abort(run);

  await run.wait('wait-for-storno-transfer', storno.remainingMs);
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

async function checkAndMark(run: CancellationRun): Promise<Marked | { kind: 'aborted' }> {
  const checked = await run.perform('check', (pace, { head }) =>
    jetActivities(run.policy, pace, 'check').checkEvent({ input: run.input, head }),
  );
  run.learn(checked);
  if (checked.kind === 'refused') throw await refuse(run, checked.refusal);
  if (checked.claim === 'abort') return { kind: 'aborted' };
  if (checked.claim === 'storno') run.passPointOfNoReturn();

  return run.perform(
    'mark-titles',
    (pace, input) => jetActivities(run.policy, pace, 'mark-titles').markTitles(input),
    (result) => (result.kind === 'marked' ? DETAILS.savedAt(result.savedAt) : DETAILS.foundStorno),
  );
}

/** wiki: "15 Min. warten (Update-Intervall zum Ö-Ticket)", then Storno. A later save starts the wait again. */
async function setStornoAfterTransfer(
  run: CancellationRun,
  marked: Marked,
): Promise<Exclude<StornoResult, { kind: 'not-yet' }>> {
  if (marked.kind === 'marked') await run.wait('wait-for-title-transfer', marked.remainingMs);
  else run.skip('wait-for-title-transfer', DETAILS.foundStorno);

  const result = await run.perform(
    'set-storno',
    (pace, input) => jetActivities(run.policy, pace, 'set-storno').setStatusStorno(input),
    (done) => (done.kind === 'cancelled' ? DETAILS.savedAt(done.savedAt) : null),
  );
  if (result.kind === 'not-yet')
    return setStornoAfterTransfer(run, { kind: 'marked', remainingMs: result.remainingMs });
  if (result.kind === 'cancelled') run.passPointOfNoReturn();
  return result;
}

/** wiki, step 2: "Kontrollieren, ob die Statusänderung übertragen wurde". */
async function verifyChannel(run: CancellationRun) {
  return run.perform(
    'verify-channel',
    (pace, input) => channelActivities(run.policy, pace).verifyChannel(input),
    ({ seenAt }) => DETAILS.seenAt(seenAt),
  );
}

/** wiki, step 3: before the mail, because Ö-Ticket's refunds need it. */
async function grantRight(run: CancellationRun) {
  return run.perform(
    'grant-right',
    (pace, input) => jetActivities(run.policy, pace, 'grant-right').grantExtendedRight(input),
    ({ validUntil }) => DETAILS.rightUntil(validUntil),
  );
}

/** wiki, step 4. */
async function notifyPartner(run: CancellationRun) {
  return run.perform(
    'notify-partner',
    (pace, input) => mailActivities(run.policy, pace).sendPartnerNotice(input),
    () => DETAILS.mailAccepted,
  );
}

/** Only before the point of no return: titles and memo as they were, wherever nobody else has changed them. */
async function abort(run: CancellationRun): Promise<never> {
  await run.beginAborting();
  await run.perform('mark-titles', (pace, input) =>
    jetActivities(run.policy, pace, 'mark-titles').restoreTitles(input),
  );
  await closeCase(run, 'aborted');
  throw abortedFailure();
}

async function refuse(run: CancellationRun, refusal: CodedText): Promise<ApplicationFailure> {
  run.refuse(refusal);
  await condition(allHandlersFinished);
  return ApplicationFailure.nonRetryable(refusal.text, 'Refused', refusal);
}

async function closeCase(run: CancellationRun, end: CaseEnd): Promise<void> {
  await run.perform('report', (pace, input) =>
    journalActivities(run.policy, pace, STEP_LABELS.report).closeCase({ ...input, end }),
  );
  run.close(end);
  await condition(allHandlersFinished);
}
