import type { CancellationInput, CasePolicy } from './case';
import { isInstant, isLocalDate } from './clock';
import { isMarker, MARKER_SEPARATOR } from './marker';
import { normaliseText, textFault } from './text';
import type { Order } from './types';

export const HOUSE_KEY = /^[A-Z0-9]{2,8}$/;
export const EVENT_NUMBER = /^[1-9][0-9]{0,9}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const LONGEST_WAIT_MS = 24 * 3_600_000;
/** How long a right may be kept beyond the event, in months; also the limit of the houses file. */
export const LONGEST_RIGHT_RESERVE_MONTHS = 60;

export function isCaseId(text: string): boolean {
  return UUID.test(text);
}

/** The type of a case's workflow, under which the Web UI, the client and the activities know it. */
export const CANCEL_PERFORMANCE = 'cancelPerformance';

/** The one place that makes the id of a run: one open run per event. */
export function cancellationWorkflowId(house: string, eventNumber: string): string {
  return `cancel-performance/${house}/${eventNumber}`;
}

/** The event that `cancellationWorkflowId` was given; `null` for the id of anything else. */
export function readCancellationWorkflowId(
  workflowId: string,
): { house: string; eventNumber: string } | null {
  const [, house = '', eventNumber = ''] = workflowId.split('/');
  const isWellFormed = HOUSE_KEY.test(house) && EVENT_NUMBER.test(eventNumber);
  return isWellFormed && cancellationWorkflowId(house, eventNumber) === workflowId
    ? { house, eventNumber }
    : null;
}

/** What an input says of itself with `true`, or not at all. */
const FLAGS = ['isOrderMailed', 'isPlaceNeeded', 'hasFewTurns'] as const;

/**
 * Why an input cannot be worked on, in English for the log, or `null`. A run can be started by hand in the Web
 * UI, so the workflow believes nothing: the API's own checks are stricter and speak German.
 */
export function inputFault(input: unknown, workflowId: string): string | null {
  if (!isRecord(input)) return 'the input is not an object';
  const { caseId, order, orderedBy, policy, resumption, orderedAt, series, ...flags } =
    input as Partial<CancellationInput>;
  if (typeof caseId !== 'string' || !isCaseId(caseId)) return 'caseId is not a UUID';
  if (typeof orderedBy !== 'string' || textFault(orderedBy) !== null) return 'orderedBy is missing';
  if (resumption !== undefined && !isResumption(resumption)) return 'resumption is invalid';
  if (orderedAt !== undefined && !(typeof orderedAt === 'string' && isInstant(orderedAt)))
    return 'orderedAt is invalid';
  for (const name of FLAGS)
    if (flags[name] !== undefined && flags[name] !== true) return `${name} is invalid`;
  if (series !== undefined && !(isRecord(series) && typeof series.id === 'string' && isCaseId(series.id)))
    return 'series is invalid';
  const fault = orderFault(order) ?? policyFault(policy);
  if (fault) return fault;
  const { house, eventNumber } = order as Order;
  return cancellationWorkflowId(house, eventNumber) === workflowId
    ? null
    : 'the input belongs to another workflow id';
}

function orderFault(order: unknown): string | null {
  if (!isRecord(order)) return 'order is missing';
  const { house, eventNumber, marker, reason, expected, contact, rightValidUntil, planHash, allowPastEvent } =
    order as Partial<Order>;
  if (typeof house !== 'string' || !HOUSE_KEY.test(house)) return 'order.house is invalid';
  if (typeof eventNumber !== 'string' || !EVENT_NUMBER.test(eventNumber))
    return 'order.eventNumber is invalid';
  if (typeof marker !== 'string' || !isMarker(marker)) return 'order.marker is invalid';
  if (!isPlainText(reason)) return 'order.reason is invalid';
  if (!isRecord(expected) || !isPlainText(expected.title)) return 'order.expected.title is invalid';
  if (typeof expected.startsAt !== 'string' || !isInstant(expected.startsAt))
    return 'order.expected.startsAt is invalid';
  const unseen = seenFault((order as Partial<Order>).seen);
  if (unseen) return unseen;
  if (contact !== undefined && !hasPlainTexts(contact, 'name', 'phone')) return 'order.contact is invalid';
  if (contact?.email !== undefined && !isPlainText(contact.email)) return 'order.contact.email is invalid';
  if (rightValidUntil !== undefined && !(typeof rightValidUntil === 'string' && isLocalDate(rightValidUntil)))
    return 'order.rightValidUntil is invalid';
  if (planHash !== undefined && typeof planHash !== 'string') return 'order.planHash is invalid';
  if (allowPastEvent !== undefined && typeof allowPastEvent !== 'boolean')
    return 'order.allowPastEvent is invalid';
  return null;
}

/** What a clerk has read off the mask is taken as it stands there: any text, but text. */
function seenFault(seen: unknown): string | null {
  if (seen === undefined) return null;
  if (!isRecord(seen)) return 'order.seen is invalid';
  const { title, status, startsAt, venue, location, organiser, ...optional } = seen;
  if (![title, status, venue, location, organiser].every((text) => typeof text === 'string'))
    return 'order.seen is incomplete';
  if (typeof startsAt !== 'string' || !isInstant(startsAt)) return 'order.seen.startsAt is invalid';
  const isUnused = (text: unknown) => text === undefined || text === null;
  const { customerTitle, externalMemo, production } = optional;
  return [customerTitle, externalMemo, production].every((text) => isUnused(text) || typeof text === 'string')
    ? null
    : 'order.seen is invalid';
}

function policyFault(policy: unknown): string | null {
  if (!isRecord(policy)) return 'policy is missing';
  const { syncIntervalMs, pollIntervalMs, attentionAfterMs, jetTimeoutMs, marker, rightReserveMonths } =
    policy as Partial<CasePolicy>;
  const durations = { syncIntervalMs, pollIntervalMs, attentionAfterMs, jetTimeoutMs };
  for (const [name, value] of Object.entries(durations)) {
    if (!isWholeNumber(value, LONGEST_WAIT_MS)) return `policy.${name} is invalid`;
  }
  if (!isWholeNumber(rightReserveMonths, LONGEST_RIGHT_RESERVE_MONTHS))
    return 'policy.rightReserveMonths is invalid';
  return markerStyleFault(marker);
}

function markerStyleFault(style: unknown): string | null {
  if (!isRecord(style)) return 'policy.marker is missing';
  const { position, separator } = style;
  if (position !== 'suffix' && position !== 'prefix') return 'policy.marker.position is invalid';
  return typeof separator === 'string' && MARKER_SEPARATOR.test(separator)
    ? null
    : 'policy.marker.separator is invalid';
}

/** From 1 to `max`. */
function isWholeNumber(value: unknown, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

function isResumption(resumption: unknown): boolean {
  if (!hasPlainTexts(resumption, 'actor', 'reason')) return false;
  const { id } = resumption as { id?: unknown };
  return id === undefined || (typeof id === 'string' && UUID.test(id));
}

function hasPlainTexts(value: unknown, ...fields: string[]): boolean {
  return isRecord(value) && fields.every((field) => isPlainText(value[field]));
}

/** Normalised already, and without a fault. */
function isPlainText(text: unknown): boolean {
  return typeof text === 'string' && textFault(text) === null && normaliseText(text) === text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
