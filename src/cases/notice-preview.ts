import { numericDayAndTime } from '../domain/clock';
import { findMarker, stripMarker } from '../domain/marker';
import { hasReason } from '../domain/memo';
import type { Plan } from '../domain/plan';
import type { Contact, House, Instant, LocalDate, Order } from '../domain/types';
import type { OutgoingMail, PartnerNoticeFacts } from '../mail/port';

/** Composes the mail to Ö-Ticket as the run will; it sends nothing. */
export type ComposeNotice = (house: House, facts: PartnerNoticeFacts) => OutgoingMail;

/** The mail to Ö-Ticket as it will go out, but for the times at which everything will have been done. */
export type NoticePreview = Pick<OutgoingMail, 'from' | 'to' | 'cc' | 'subject' | 'text'>;

/** Stands where a time is not known yet. It is in no mail that is sent. */
const TIME_TO_COME: Instant = '1900-01-01T00:00:00.000Z';
const UNKNOWN_CASE = '00000000-0000-4000-8000-000000000000';

/** What the preview is made from, beside the plan. */
export interface PlannedNotice {
  order: Order;
  house: House;
  contact: Contact;
  isSimulator: boolean;
}

/** `null`: nothing will be mailed, or a worker of an earlier version has planned. */
export function previewNotice(
  compose: ComposeNotice,
  plan: Plan,
  { order, house, contact, isSimulator }: PlannedNotice,
): NoticePreview | null {
  const { event } = plan;
  if (!plan.cancellable || !event) return null;
  const { startsAt, venue, location, organiser } = event;
  const step = (name: string) => plan.steps.find((each) => each.name === name);
  const isDone = (name: string) => step(name)?.state === 'planned';
  const standingMarker = findMarker(event.title.after ?? '', house.marker);
  const { from, to, cc, subject, text } = compose(house, {
    ...{ startsAt, venue, location, organiser, contact, isSimulator, standingMarker },
    caseId: UNKNOWN_CASE,
    eventNumber: order.eventNumber,
    marker: standingMarker ?? order.marker,
    title: stripMarker(event.title.before ?? '', house.marker),
    reason: order.reason,
    markedAt: isDone('mark-titles') ? TIME_TO_COME : null,
    wasMarkedBefore: findMarker(event.title.before ?? '', house.marker) !== null,
    isReasonInMemo: hasReason(event.externalMemo.after, order.reason),
    wasStornoAlready: !isDone('set-storno'),
    stornoAt: TIME_TO_COME,
    seenInChannelAt: TIME_TO_COME,
    isStornoShown: true,
    rightValidUntil: (step('grant-right')?.after?.validUntil as LocalDate | undefined) ?? null,
  });
  return { from, to, cc, subject, text: text.replaceAll(numericDayAndTime(TIME_TO_COME), '…') };
}
