import type { CasePolicy, CodedText, EventSummary, Opening, RightPeriod } from './case';
import { addMonths, laterDate, toInstant, toMs, viennaDate } from './clock';
import { findMarker, markTitle, stripMarker } from './marker';
import { findMarkByHand } from './mark-by-hand';
import { addReason } from './memo';
import { estimateTimes, planSteps, stepsNotTaken, type PlannedTimes, type PlanStep } from './plan-steps';
import { alreadyCancelledByHandText, alreadyCancelledText } from './plan-wording';
import { hasBegun, partnerRefusal, pastRefusal, refusal, statusRefusal } from './refusals';
import { isShortened } from './shortened';
import { isSameText, onOneLine } from './text';
import type {
  CancellationMarker,
  ExtendedCancellationRight,
  Instant,
  JetEvent,
  LocalDate,
  MarkerStyle,
  Order,
} from './types';
import { titleAsNamed } from './visible';
import {
  hasBegunText,
  markByHandText,
  otherMarkerText,
  postponedText,
  startsSoonText,
  WARNING_TEXTS,
} from './wording';

/** How long before the start a warning is due, beyond the two intervals, in milliseconds. */
const SOON_MARGIN_MS = 15 * 60_000;

/** Everything that a plan is made from: the order, and what Jet shows now. */
export interface Situation {
  order: Order;
  policy: CasePolicy;
  event: JetEvent | null;
  /** `false`: Jet does not know the house's Connect Online Kassierer. */
  isUserKnown: boolean;
  right: ExtendedCancellationRight | null;
}

/** What would be done, and when. Made by the same function for the preview and for the run. */
export interface Plan {
  cancellable: boolean;
  refusals: CodedText[];
  warnings: CodedText[];
  steps: PlanStep[];
  /** When Storno is set at the earliest, and until when it can be aborted; `null`: neither is to come. */
  stornoAt: Instant | null;
  /** `null`: nothing is done. */
  finishedAt: Instant | null;
  /** The event as it was read, with the texts before and after; `null`: there is none. */
  event: EventSummary | null;
}

/** What the plan's hash covers: everything that would be written, and no clock times. */
export type PlanFingerprint = Record<string, unknown>;

export interface PlannedCase {
  plan: Plan;
  fingerprint: PlanFingerprint;
  /** What the first check writes down; `null` when there is no event to speak of. */
  opening: Omit<Opening, 'input' | 'channelShowedStorno' | 'backend'> | null;
}

/** The whole policy in one pure function: may this event be cancelled, what would be written, when. */
export function planCancellation(situation: Situation): PlannedCase {
  const { order, policy, event } = situation;
  if (event === null || event.house !== order.house) return refusedWithoutEvent();

  const marker = chooseMarker(event, order.marker, policy);
  const titles = markBothTitles(event, marker, policy);
  const memo =
    event.status === 'CANCELLED' ? event.externalMemo : addReason(event.externalMemo, order.reason);
  const summary = summarise(event, titles, memo);
  const right = planRight(order, event, policy);
  const refusals = findRefusals(situation, event, titles, memo);
  const times = estimateTimes(event, summary, policy);
  const isGuided = order.seen !== undefined;
  const warnings = findWarnings({ order, event, summary, marker, times, policy });
  const { stornoAt, finishedAt } = times;
  const steps = planSteps({ event, summary, right, times, isGuided });
  const plan = { cancellable: true, refusals, warnings, steps, stornoAt, finishedAt, event: summary };

  return {
    plan: refusals.length === 0 ? plan : withoutPromises(plan),
    fingerprint: fingerprintOf(event, summary, rightOfEvent(order, event, policy), refusals),
    opening: { event: summary, marker, right, wasCancelledBefore: event.status === 'CANCELLED', warnings },
  };
}

/** A plan of what will not be done: no times, and no warnings of what would come of it. */
export function withoutPromises<T extends Omit<Plan, 'refusals'>>(plan: T): T {
  const steps = stepsNotTaken(plan.steps);
  return { ...plan, cancellable: false, warnings: [], steps, stornoAt: null, finishedAt: null };
}

function refusedWithoutEvent(): PlannedCase {
  const refusals = [refusal('event-not-found')];
  return {
    plan: {
      cancellable: false,
      refusals,
      warnings: [],
      steps: [],
      stornoAt: null,
      finishedAt: null,
      event: null,
    },
    fingerprint: { refusals: ['event-not-found'] },
    opening: null,
  };
}

/** A marker that is already there is kept and used for the other title too. */
function chooseMarker(event: JetEvent, wanted: CancellationMarker, policy: CasePolicy): CancellationMarker {
  const inCustomerTitle = event.customerTitle ? findMarker(event.customerTitle, policy.marker) : null;
  return findMarker(event.title, policy.marker) ?? inCustomerTitle ?? wanted;
}

interface MarkedTitles {
  title: string | null;
  customerTitle: string | null;
  isCustomerTitleUsed: boolean;
}

function markBothTitles(event: JetEvent, marker: CancellationMarker, policy: CasePolicy): MarkedTitles {
  const isCustomerTitleUsed = (event.customerTitle ?? '').trim() !== '';
  if (event.status === 'CANCELLED') {
    return { title: event.title, customerTitle: event.customerTitle, isCustomerTitleUsed };
  }
  const mark = (text: string, limit: number) => markTitle(text, marker, policy.marker, limit);
  return {
    title: mark(event.title, event.limits.title),
    customerTitle: isCustomerTitleUsed
      ? mark(event.customerTitle ?? '', event.limits.customerTitle)
      : event.customerTitle,
    isCustomerTitleUsed,
  };
}

function summarise(event: JetEvent, titles: MarkedTitles, memo: string | null): EventSummary {
  return {
    title: { before: event.title, after: titles.title },
    customerTitle: { before: event.customerTitle, after: titles.customerTitle },
    externalMemo: { before: event.externalMemo, after: memo },
    statusText: event.statusText,
    startsAt: event.startsAt,
    venue: event.venue,
    location: event.location,
    organiser: event.organiser,
    production: event.production,
  };
}

/** wiki, step 3: "Gültigkeitszeitraum bitte großzügig einrichten". */
function planRight(order: Order, event: JetEvent, policy: CasePolicy): RightPeriod {
  const today = viennaDate(event.readAt);
  const generous = addMonths(laterDate(today, viennaDate(event.startsAt)), policy.rightReserveMonths);
  return { validFrom: today, validUntil: laterDate(generous, order.rightValidUntil ?? generous) };
}

/**
 * The right as the check planned it. Where the performance has been moved to a later day since, it covers that day with the
 * same reserve; a shorter one than planned is never asked for.
 */
export function rightFor({ right, event, input }: Opening, startsAt: Instant): RightPeriod {
  if (toMs(startsAt) <= toMs(event.startsAt)) return right;
  const generous = addMonths(viennaDate(startsAt), input.policy.rightReserveMonths);
  return { ...right, validUntil: laterDate(right.validUntil, generous) };
}

/** Until when the right would be without a look at today's date: a plan must outlive midnight. */
function rightOfEvent(order: Order, { startsAt }: JetEvent, policy: CasePolicy): LocalDate {
  const generous = addMonths(viennaDate(startsAt), policy.rightReserveMonths);
  return laterDate(generous, order.rightValidUntil ?? generous);
}

function findRefusals(
  situation: Situation,
  event: JetEvent,
  titles: MarkedTitles,
  memo: string | null,
): CodedText[] {
  const { order, policy, isUserKnown } = situation;
  const isCustomerTitleTooLong = titles.isCustomerTitleUsed && titles.customerTitle === null;
  const isMemoTooLong = (memo ?? '').length > event.limits.externalMemo && memo !== event.externalMemo;
  return [
    isAsExpected(event, order, policy) ? null : refusal('event-not-as-expected'),
    statusRefusal(event),
    order.allowPastEvent ? null : pastRefusal(event),
    titles.title === null || isCustomerTitleTooLong ? refusal('title-too-long') : null,
    isMemoTooLong ? refusal('memo-too-long') : null,
    partnerRefusal(event),
    isUserKnown ? null : refusal('user-not-found'),
  ].filter((found) => found !== null);
}

/** The caller names what they believe to cancel: title without a marker, start to the minute. */
function isAsExpected(event: JetEvent, order: Order, policy: CasePolicy): boolean {
  const expected = bareNames(order.expected.title, policy.marker);
  const minute = (instant: Instant) => Math.floor(toMs(instant) / 60_000);
  return (
    bareNames(event.title, policy.marker).some((name) => expected.some((each) => isSameText(name, each))) &&
    minute(event.startsAt) === minute(order.expected.startsAt)
  );
}

/** How a title may be named without its marker. What nobody sees may stand beside the marker, or be part of it. */
function bareNames(title: string, style: MarkerStyle): string[] {
  return [titleAsNamed(stripMarker(onOneLine(title), style)), stripMarker(titleAsNamed(title), style).trim()];
}

interface Judged {
  order: Order;
  event: JetEvent;
  summary: EventSummary;
  marker: CancellationMarker;
  times: PlannedTimes;
  policy: CasePolicy;
}

function findWarnings({ order, event, summary, marker, times, policy }: Judged): CodedText[] {
  const warnings: CodedText[] = [];
  const warn = (code: keyof typeof WARNING_TEXTS) => warnings.push({ code, text: WARNING_TEXTS[code] });
  const msToStart = toMs(event.startsAt) - toMs(event.readAt);
  if (msToStart < 2 * policy.syncIntervalMs + SOON_MARGIN_MS && msToStart > 0) {
    warnings.push({ code: 'starts-soon', text: startsSoonText(times.finishedAt) });
  }
  if (order.allowPastEvent && hasBegun(event))
    warnings.push({ code: 'event-past', text: hasBegunText(event.startsAt) });
  if (event.status === 'CANCELLED') {
    warnings.push({ code: 'already-cancelled', text: whatStornoLeaves(order, times) });
  } else if (summary.title.before === summary.title.after) warn('already-marked');
  if (event.status !== 'CANCELLED') warnings.push(...marksByHand(event, marker, policy));
  if (marker !== order.marker) warnings.push({ code: 'other-marker-kept', text: otherMarkerText(marker) });
  if ([summary.title, summary.customerTitle].some(isShortened)) warn('title-shortened');
  if (mentionsPerson(order.reason)) warn('person-in-reason');
  return warnings;
}

function whatStornoLeaves({ seen }: Order, { verifyAt, isStornoWaitOver }: PlannedTimes): string {
  return seen
    ? alreadyCancelledByHandText(verifyAt)
    : alreadyCancelledText(isStornoWaitOver ? null : verifyAt);
}

/** A title without marker that looks as if a person had marked it: that is for a person to judge. */
function marksByHand(event: JetEvent, marker: CancellationMarker, policy: CasePolicy): CodedText[] {
  const unmarked = [event.title, event.customerTitle ?? ''].filter(
    (title) => findMarker(title, policy.marker) === null,
  );
  const found = unmarked.map(findMarkByHand).filter((mark) => mark !== null);
  const cancelled = found.find(({ isPostponed }) => !isPostponed);
  const postponed = found.find(({ isPostponed }) => isPostponed);
  return [
    ...(cancelled ? [{ code: 'looks-marked', text: markByHandText(cancelled.word, marker) }] : []),
    ...(postponed ? [{ code: 'looks-postponed', text: postponedText(postponed.word) }] : []),
  ];
}

/** Neither side of the `@` may hold another one: a text full of them would take seconds to look through. */
function mentionsPerson(reason: string): boolean {
  return /[^\s@]@[^\s@]+\.[^\s@]/.test(reason) || /(\+|\b0)[\d][\d\s/()-]{6,}\d/.test(reason);
}

function fingerprintOf(
  event: JetEvent,
  summary: EventSummary,
  rightValidUntil: LocalDate,
  refusals: CodedText[],
): PlanFingerprint {
  return {
    house: event.house,
    eventNumber: event.eventNumber,
    startsAt: toInstant(toMs(event.startsAt)),
    venue: event.venue,
    location: event.location,
    organiser: event.organiser,
    production: event.production,
    status: event.statusText,
    title: summary.title,
    customerTitle: summary.customerTitle,
    externalMemo: summary.externalMemo,
    rightValidUntil,
    // Time alone makes an event past, so a plan from before it began stays the same plan.
    refusals: refusals.map(({ code }) => code).filter((code) => code !== 'event-past'),
  };
}
