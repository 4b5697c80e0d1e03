import { ABSAGE } from '../domain/actor';
import { approvalOf, begunAt, decisionOn, overrideOf } from '../domain/approval';
import { approvalText, decidedText, overrideText } from '../domain/approval-notice';
import { KnownFailure } from '../domain/failures';
import { openTexts, tasksOf } from '../domain/house-tasks';
import { effectKeys, type JournalEntry } from '../domain/journal';
import type { RecipientOutcome } from '../domain/line-content';
import { endOf, isAbortAccepted, openingLine, readLines, requestsOf } from '../domain/lines';
import { houseMailAttempts, houseMailOutcome } from '../domain/mail-lines';
import { orderText } from '../domain/order-notice';
import { performanceOf } from '../domain/performance';
import { lastRead } from '../domain/storno-lines';
import type { CaseRef } from '../domain/types';
import { STILL_SOLD } from '../domain/standing';
import { STEPS, type StepName } from '../domain/vocabulary';
import { actionLabel } from '../domain/wording';
import type { HouseNoticeFacts, OutgoingMail } from '../mail/port';
import { asAskedStep, type ActivityDependencies, type StepInput } from './activity';
import { readCase, requireHouse } from './reading';
import type { Alert, AlertResult } from './alert';
import { gatherAlert } from './series-alert';

type AlertDependencies = Pick<ActivityDependencies, 'journal' | 'mail' | 'houses' | 'isSimulator'>;

/** Mails to the house's own address. They never hold up the procedure. */
export function createAlertActivities(deps: ActivityDependencies) {
  const alertHouse = asAskedStep(deps.trust, async (alert: Alert) => {
    if (!alert.series) return alertOnce(deps, alert);
    const { entries } = await readCase(deps.journal, { ref: alert.ref, head: null });
    return (await gatherAlert(deps, alert, textOf(alert, entries))) ?? alertOnce(deps, alert);
  });

  /**
   * When a case has begun: what happens when, whom the messages go to, and what the house does meanwhile. Nothing is sent once
   * the case was aborted or has ended: the list would be wrong. `null`: nothing was sent.
   */
  const tellOrder = asAskedStep(deps.trust, async ({ ref }: StepInput): Promise<AlertResult | null> => {
    const { entries } = await readCase(deps.journal, { ref, head: null });
    const lines = readLines(entries);
    const line = openingLine(entries);
    if (!line || !lines || isAbortAccepted(entries) || endOf(entries)) return null;
    const house = requireHouse(deps.houses, ref.house);
    const overriding = overrideOf(entries);
    const approval = approvalOf(entries);
    const mail = { ref, step: 'check', kind: 'ordered', id: ref.caseId, isVoidAtEnd: true } as const;
    return mailHouseOnce(deps, entries, mail, () =>
      deps.mail.composeHouseNotice(house, {
        ...namesOf(mail),
        isSimulator: line.after.isSimulator,
        ...performanceOf(line.after, lastRead(entries)),
        ...(overriding && { to: [house.alerts.to, ...(line.after.input.policy.approval?.to ?? [])] }),
        text: [
          ...(overriding ? [overrideText(overriding)] : []),
          orderText(line, house, begunAt(entries)),
          ...(approval && !overriding ? [decidedText(approval) ?? ''] : []),
        ].join(' '),
        actions: openTexts(tasksOf(lines) ?? []),
      }),
    );
  });

  /** Whoever may approve the case is asked to. Nothing is sent once somebody has decided: it would call for nothing. */
  const tellApproval = asAskedStep(
    deps.trust,
    async ({ ref, number }: StepInput & { number: number }): Promise<AlertResult | null> => {
      const { entries, opening } = await readCase(deps.journal, { ref, head: null });
      const request = requestsOf(entries)[number - 1];
      if (!opening || !request || decisionOn(entries, request) || endOf(entries)) return null;
      const house = requireHouse(deps.houses, ref.house);
      const id = `${ref.caseId}.${number}`;
      const mail = { ref, step: 'check', kind: 'approval', id, isVoidAtEnd: true } as const;
      return mailHouseOnce(deps, entries, mail, () =>
        deps.mail.composeHouseNotice(house, {
          ...namesOf(mail),
          to: opening.input.policy.approval?.to,
          isSimulator: opening.isSimulator,
          ...performanceOf(opening, null),
          text: approvalText(entries, request, opening),
          actions: [],
        }),
      );
    },
  );

  return { alertHouse, tellOrder, tellApproval };
}

export async function alertOnce(deps: AlertDependencies, alert: Alert): Promise<AlertResult> {
  const { ref, step, kind, attention, event } = alert;
  // The head is left out on purpose: a journal that is behind is itself a reason to alert the house.
  const { entries, opening } = await readCase(deps.journal, { ref, head: null });
  const house = requireHouse(deps.houses, ref.house);
  const mail = { ref, step, kind, id: attention.id };
  return mailHouseOnce(deps, entries, mail, () =>
    deps.mail.composeHouseNotice(house, {
      ...namesOf(mail),
      isSimulator: opening ? opening.isSimulator : deps.isSimulator(),
      ...(opening ? performanceOf(opening, lastRead(entries)) : event),
      text: textOf(alert, entries),
      actions: attention.actions.map((action) => actionLabel(action, step)),
    }),
  );
}

function textOf(alert: Alert, entries: readonly JournalEntry[]): string {
  return [alert.attention.text, ...(isSoldStill(alert, entries) ? [STILL_SOLD] : [])].join(' ');
}

/** Whoever reads of a trouble before the Storno has to know that it is sold meanwhile; some texts say it themselves. */
function isSoldStill({ kind, step, attention }: Alert, entries: readonly JournalEntry[]): boolean {
  const isBefore = STEPS.indexOf(step) <= STEPS.indexOf('set-storno') && !isAbortAccepted(entries);
  return kind === 'attention' && isBefore && !/weiter verkauft/.test(attention.text);
}

/** What has to be done about a mail goes by the recipient whom it certainly did not reach. */
function worstOf(outcomes: readonly RecipientOutcome[]): RecipientOutcome | undefined {
  const weight = ['not-sent', 'in-doubt', 'refused', 'accepted'];
  return outcomes.toSorted((one, other) => weight.indexOf(one.outcome) - weight.indexOf(other.outcome))[0];
}

/** A mail to the house while a case goes on. */
interface CaseMail<Kind extends HouseNoticeFacts['kind']> {
  ref: CaseRef;
  step: StepName;
  kind: Kind;
  /** What it is about: there is one mail of each kind about it. */
  id: string;
  /** What it says is wrong once the case has ended. */
  isVoidAtEnd?: boolean;
}

function namesOf<Kind extends HouseNoticeFacts['kind']>({ ref, kind, id }: CaseMail<Kind>) {
  return { kind, noticeId: `${kind}.${id}`, ...ref };
}

/**
 * Sends a mail unless it was sent or may have been sent. It tries again only when the server certainly did not take the
 * mail.
 */
async function mailHouseOnce(
  { journal, mail }: Pick<AlertDependencies, 'journal' | 'mail'>,
  entries: readonly JournalEntry[],
  { ref, step, kind, id, isVoidAtEnd = false }: CaseMail<HouseNoticeFacts['kind']>,
  compose: () => OutgoingMail,
): Promise<AlertResult> {
  const attempts = houseMailAttempts(entries, kind, id);
  const lastAttempt = attempts.at(-1);
  const last = lastAttempt && houseMailOutcome(entries, lastAttempt);
  if (attempts.length > 0 && last !== 'not-sent') return { outcome: last ?? 'in-doubt' };

  const message = compose();
  const line = { ...ABSAGE, step, operation: 'alert-house' } as const;
  const attemptKey = effectKeys.houseMail(kind, id, attempts.length + 1);
  const { to, subject, messageId } = message;
  const after = { to, subject, messageId };
  const begun = { ...line, kind: 'intent', effectKey: attemptKey, after } as const;
  const intent = isVoidAtEnd
    ? await journal.appendNewUnlessEnded(ref, begun)
    : await journal.appendNew(ref, begun);
  if (!intent) return { outcome: 'in-doubt' };
  const outcome = worstOf(await mail.send(message, to));
  if (!outcome) throw new KnownFailure('internal', 'a mail without recipients');
  await journal.append(ref, {
    ...line,
    kind: 'outcome',
    effectKey: effectKeys.outcomeOf(attemptKey),
    after: outcome,
    outcome: outcome.outcome,
  });
  if (outcome.outcome === 'not-sent') throw new KnownFailure('mail-server-unavailable', outcome.reply);
  return { outcome: outcome.outcome };
}
