import { decidedText, inTimeText, overrideText } from './approval-notice';
import type { Approval, CasePolicy } from './case';
import { clockOn } from './clock';
import { shownName } from './names';
import type { SeriesApproval } from './series-line';
import type { SeriesState } from './series-lines';
import type { Instant } from './types';
import { REFUSAL_TEXTS } from './wording';

/** When the soonest of the performances of a request begins; `null`: none of them belongs to the series any more. */
export function soonestOf(
  { items }: Pick<SeriesState, 'items'>,
  { request }: SeriesApproval,
): Instant | null {
  const soonest = items.find(({ item: { caseId } }) => caseId in request.after.items);
  return soonest?.item.expected.startsAt ?? null;
}

/** By when an approval is needed for Ö-Ticket to know before the soonest curtain; `null`: nobody has to hurry. */
export function seriesInTimeText(
  state: Pick<SeriesState, 'items'>,
  approval: SeriesApproval,
  policy: Pick<CasePolicy, 'syncIntervalMs'>,
  now: Instant,
): string | null {
  const startsAt = soonestOf(state, approval);
  const { expiresAt } = approval.request.after;
  return startsAt && inTimeText({ event: { startsAt }, expiresAt }, policy, now);
}

/** The mail to whoever may approve the performances of a house: what is asked for, until when, and what happens without them. */
export function seriesRequestText(
  state: Pick<SeriesState, 'items' | 'order'>,
  approval: SeriesApproval,
  policy: CasePolicy,
): string {
  const { at, actor, after } = approval.request;
  const count = Object.keys(after.items).length;
  const what = count === 1 ? 'diese Vorstellung' : `diese ${count} Vorstellungen`;
  const sentences = [
    `${shownName(actor)} will ${what} absagen (${state.order.after.marker}) und braucht eine zweite Person, die das freigibt: eine Freigabe gilt für alle.`,
    `Die Bitte gilt bis ${clockOn(after.expiresAt, at)}, danach wird nicht abgesagt.`,
    seriesInTimeText(state, approval, policy, at),
    'Bis zur Freigabe wird in Jet nichts geschrieben, und es wird weiter verkauft.',
  ];
  return sentences.filter((sentence) => sentence !== null).join(' ');
}

/** The mail about performances that were begun without a second person. */
export function seriesOverrideText({ decision }: SeriesApproval): string {
  return decision?.operation === 'override-series' ? overrideText(decision) : '';
}

/** What page and Protokoll say of a request that is decided; `null`: nobody has said anything yet. */
export function saidText({ decision }: Pick<Approval, 'decision'>): string | null {
  if (decision?.kind === 'expired') return REFUSAL_TEXTS['approval-expired'];
  const said = decidedText({ decision });
  return decision?.kind === 'rejected' ? `${REFUSAL_TEXTS.rejected} ${said ?? ''}` : said;
}
