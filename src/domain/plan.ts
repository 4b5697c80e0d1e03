import type { CasePolicy, CodedText, EventSummary, Opening, RightPeriod } from './case';
import { STEPS, type StepName } from './vocabulary';
import { addMonths, laterDate, toInstant, toMs, viennaDate } from './clock';
import { findMarker, markTitle, stripMarker } from './marker';
import { findMarkByHand } from './mark-by-hand';
import { addReason } from './memo';
import { STORNO_WORD } from './status';
import { isSameText } from './text';
import type { CancellationMarker, ExtendedCancellationRight, Instant, JetEvent, Order } from './types';
import {
  markByHandText,
  otherMarkerText,
  postponedText,
  REFUSAL_TEXTS,
  startsSoonText,
  statusNotCancellableText,
  STEP_LABELS,
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

export interface PlanStep {
  name: StepName;
  label: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  earliestAt?: Instant;
}

/** What would be done, and when. Made by the same function for the preview and for the run. */
export interface Plan {
  cancellable: boolean;
  refusals: CodedText[];
  warnings: CodedText[];
  steps: PlanStep[];
  stornoAt: Instant | null;
  finishedAt: Instant | null;
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
  const warnings = findWarnings(order, event, summary, marker, times.finishedAt, policy);

  return {
    plan: {
      cancellable: refusals.length === 0,
      refusals,
      warnings,
      steps: planSteps(event, summary, right, times),
      stornoAt: times.stornoAt,
      finishedAt: times.finishedAt,
    },
    fingerprint: fingerprintOf(event, summary, right, refusals),
    opening: { event: summary, marker, right, wasCancelledBefore: event.status === 'CANCELLED', warnings },
  };
}

/** The refusal for a situation that the table names. */
export function refusal(code: keyof typeof REFUSAL_TEXTS): CodedText {
  return { code, text: REFUSAL_TEXTS[code] };
}

function refusedWithoutEvent(): PlannedCase {
  const refusals = [refusal('event-not-found')];
  return {
    plan: { cancellable: false, refusals, warnings: [], steps: [], stornoAt: null, finishedAt: null },
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

function findRefusals(
  situation: Situation,
  event: JetEvent,
  titles: MarkedTitles,
  memo: string | null,
): CodedText[] {
  const { order, policy } = situation;
  const refusals: CodedText[] = [];
  if (!isAsExpected(event, order, policy)) refusals.push(refusal('event-not-as-expected'));
  if (event.status === 'PROVISIONED' || event.status === 'CLOSED') {
    refusals.push({ code: 'status-not-cancellable', text: statusNotCancellableText(event.statusText) });
  }
  if (event.status === 'UNKNOWN') refusals.push(refusal('status-unknown'));
  if (toMs(event.startsAt) < toMs(event.readAt) && !order.allowPastEvent)
    refusals.push(refusal('event-past'));
  const isCustomerTitleTooLong = titles.isCustomerTitleUsed && titles.customerTitle === null;
  if (titles.title === null || isCustomerTitleTooLong) refusals.push(refusal('title-too-long'));
  if ((memo ?? '').length > event.limits.externalMemo && memo !== event.externalMemo) {
    refusals.push(refusal('memo-too-long'));
  }
  if (!event.soldViaPartner) refusals.push(refusal('not-sold-via-partner'));
  if (!situation.isUserKnown) refusals.push(refusal('user-not-found'));
  return refusals;
}

/** The caller names what they believe to cancel: title without a marker, start to the minute. */
function isAsExpected(event: JetEvent, order: Order, policy: CasePolicy): boolean {
  const bareTitle = (title: string) => stripMarker(title, policy.marker).trim();
  const minute = (instant: Instant) => Math.floor(toMs(instant) / 60_000);
  return (
    isSameText(bareTitle(event.title), bareTitle(order.expected.title)) &&
    minute(event.startsAt) === minute(order.expected.startsAt)
  );
}

function isFullyMarked(summary: EventSummary): boolean {
  return (
    summary.title.before === summary.title.after &&
    summary.customerTitle.before === summary.customerTitle.after &&
    summary.externalMemo.before === summary.externalMemo.after
  );
}

function estimateTimes(event: JetEvent, summary: EventSummary, policy: CasePolicy) {
  const now = toMs(event.readAt);
  const sinceSaveMs = now - toMs(event.savedAt);
  const restOfWait = Math.max(0, policy.syncIntervalMs - sinceSaveMs);
  const isCancelled = event.status === 'CANCELLED';
  const stornoMs = isCancelled ? now : now + (isFullyMarked(summary) ? restOfWait : policy.syncIntervalMs);
  const finishedMs = isCancelled ? now + restOfWait : stornoMs + policy.syncIntervalMs;
  return { stornoAt: toInstant(stornoMs), finishedAt: toInstant(finishedMs + policy.pollIntervalMs) };
}

function findWarnings(
  order: Order,
  event: JetEvent,
  summary: EventSummary,
  marker: CancellationMarker,
  finishedAt: Instant,
  policy: CasePolicy,
): CodedText[] {
  const warnings: CodedText[] = [];
  const warn = (code: keyof typeof WARNING_TEXTS) => warnings.push({ code, text: WARNING_TEXTS[code] });
  const msToStart = toMs(event.startsAt) - toMs(event.readAt);
  if (msToStart < 2 * policy.syncIntervalMs + SOON_MARGIN_MS && msToStart > 0) {
    warnings.push({ code: 'starts-soon', text: startsSoonText(finishedAt) });
  }
  if (event.status === 'CANCELLED') warn('already-cancelled');
  else if (summary.title.before === summary.title.after) warn('already-marked');
  if (event.status !== 'CANCELLED') warnings.push(...marksByHand(event, marker, policy));
  if (marker !== order.marker) warnings.push({ code: 'other-marker-kept', text: otherMarkerText(marker) });
  if ([summary.title, summary.customerTitle].some(({ before, after }) => isShortened(before, after))) {
    warn('title-shortened');
  }
  if (mentionsPerson(order.reason)) warn('person-in-reason');
  return warnings;
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

function isShortened(before: string | null, after: string | null): boolean {
  return before !== null && after !== null && before !== after && !after.includes(before);
}

/** Neither side of the `@` may hold another one: a text full of them would take seconds to look through. */
function mentionsPerson(reason: string): boolean {
  return /[^\s@]@[^\s@]+\.[^\s@]/.test(reason) || /(\+|\b0)[\d][\d\s/()-]{6,}\d/.test(reason);
}

function planSteps(
  event: JetEvent,
  summary: EventSummary,
  right: RightPeriod,
  times: { stornoAt: Instant; finishedAt: Instant },
): PlanStep[] {
  const texts = (side: 'before' | 'after') => ({
    title: summary.title[side],
    customerTitle: summary.customerTitle[side],
    externalMemo: summary.externalMemo[side],
  });
  const planned: Record<StepName, Omit<PlanStep, 'name' | 'label'>> = {
    check: {},
    'mark-titles': { before: texts('before'), after: texts('after') },
    'wait-for-title-transfer': {},
    'set-storno': {
      before: { status: event.statusText },
      after: { status: STORNO_WORD },
      earliestAt: times.stornoAt,
    },
    'wait-for-storno-transfer': {},
    'verify-channel': { earliestAt: times.finishedAt },
    'grant-right': { after: { ...right } },
    'notify-partner': {},
    report: {},
  };
  return STEPS.map((name) => ({ name, label: STEP_LABELS[name], ...planned[name] }));
}

function fingerprintOf(
  event: JetEvent,
  summary: EventSummary,
  right: RightPeriod,
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
    right,
    refusals: refusals.map(({ code }) => code),
  };
}
