import { digest } from '../digest';
import { isSealed, readableOrder } from '../domain/contact';
import type { Signer } from '../domain/signature';
import type { House } from '../domain/types';
import { remainingByHand, tasksOf } from '../domain/house-tasks';
import { rightText } from '../domain/performance';
import { onSaleOf, onSaleWithMarkerMs } from '../domain/on-sale';
import { lastReadLine } from '../domain/storno-lines';
import { isSameText } from '../domain/text';
import { ANNOUNCEMENT_FIELDS, MASK_LABELS } from '../domain/vocabulary';
import type { JournalEntry } from '../domain/journal';
import { isContactLost, openContact } from '../journal/contact';
import { actsOf, periodOf } from './acts';
import { decisionsOf } from './human-decisions';
import {
  PROTOCOL_SCHEMA,
  type ProtocolContact,
  type ProtocolContent,
  type ProtocolDocument,
  type ProtocolEvidence,
  type ProtocolHouse,
  type ProtocolOrder,
  type ProtocolProof,
  type ProtocolRight,
  type ProtocolText,
} from './document';
import { outcomeOf } from './ending';
import { findWaiver, grantedRight, lastReadBack, readLines, textOf, type CaseLines } from '../domain/lines';
import { houseMailsOf, noticeOf } from './notice';
import { outsideOf } from './outside';
import { wasRehearsal } from '../domain/rehearsal';
import { stepsOf } from './steps';
import { waitsOf } from './waits';
import { outcomeText } from './wording';

/** What the lines do not say. */
interface Surroundings {
  /** The mode of the program, for a case whose lines do not say it. */
  isRehearsal: boolean;
  /**
   * What is said of a real Jet where the first line does not say it, as those of before did not; what is not known counts
   * as real.
   */
  isOldReal?: boolean;
  /** What opens the contact that the lines hold sealed. */
  contact?: ProtocolContact | null;
  /** Handed through: it proves the lines, and nothing is derived from it. */
  proof?: ProtocolProof;
}

/**
 * The Protokoll of a case, from its lines and nothing else that changes: the same lines give the same document.
 * `null`: no line says yet what was ordered.
 *
 * @example buildProtocol(await journal.entries(caseId), protocolHouse(house), { isRehearsal: true })
 */
export function buildProtocol(
  entries: readonly JournalEntry[],
  house: ProtocolHouse,
  { isRehearsal, isOldReal = true, contact: state = null, proof }: Surroundings,
): ProtocolDocument | null {
  const contact = contactIn(entries, state);
  const lines = readLines(openContact(entries, contact && 'key' in contact ? contact : null));
  if (!lines) return null;
  const waits = waitsOf(lines);
  const { isSimulator = !isOldReal } = lines.first.after;
  const tasks = tasksOf(lines);
  const rehearsal = wasRehearsal(lines, isRehearsal);
  const right = rightOf(lines, house);
  return seal({
    schema: PROTOCOL_SCHEMA,
    language: 'de-AT',
    rehearsal,
    ...(rehearsal && !isSimulator ? { realJet: true as const } : {}),
    // The settings may have changed since; the line says who was given the right.
    house: { ...house, connectOnlineUser: right?.user ?? house.connectOnlineUser },
    eventNumber: lines.first.eventNumber,
    caseId: lines.first.caseId,
    ...(lines.input.series && { series: { id: lines.input.series.id } }),
    asOf: lines.last.at,
    outcome: outcomeOf(lines),
    event: eventOf(lines),
    texts: textsOf(lines),
    order: orderOf(lines),
    refusal: lines.refusal?.refusal ?? null,
    warnings: lines.warnings,
    steps: stepsOf(lines, waits),
    waits,
    ...onSale(lines),
    ...outsideOf(lines),
    acts: actsOf(lines),
    decisions: decisionsOf(lines),
    // A guided house's check asks a person, who has seen the event's own mask only.
    channelShowedStornoBefore:
      lines.opening?.backend === 'gateway' ? lines.opening.channelShowedStorno : null,
    evidence: evidenceOf(lines),
    right,
    notice: noticeOf(lines),
    houseMails: houseMailsOf(lines),
    toDo: remainingByHand(lines),
    ...(tasks && tasks.length > 0 && { tasks }),
    ...(contact && { contact }),
    journal: [...entries],
    ...(proof && { proof }),
  });
}

/** `null`: the lines hold none that is sealed. */
function contactIn(entries: readonly JournalEntry[], state: ProtocolContact | null): ProtocolContact | null {
  if (!isSealed(readLines(entries)?.input.order.contact)) return null;
  return isContactLost(entries, state) ? { lost: true } : state;
}

function onSale(
  lines: CaseLines,
): Pick<ProtocolContent, 'onSaleWithMarkerMs' | 'markedBefore' | 'markerGaps'> {
  const known = onSaleOf(lines);
  if (!known) return { onSaleWithMarkerMs: null };
  const { gaps, wasMarkedBefore } = known;
  return {
    onSaleWithMarkerMs: onSaleWithMarkerMs(known),
    ...(wasMarkedBefore && { markedBefore: true as const }),
    ...(gaps.length > 0 && { markerGaps: gaps }),
  };
}

/** What of a house is no secret and stands still: no addresses, no settings. */
export function protocolHouse({ key, name, company, connectOnlineUser }: House): ProtocolHouse {
  const { name: firm, legalForm, seat, registerNumber, court } = company;
  const fullName = firm.endsWith(` ${legalForm}`) ? firm : `${firm} ${legalForm}`;
  return { key, name, company: `${fullName}, ${seat}, ${registerNumber}, ${court}`, connectOnlineUser };
}

export function hashProtocol(content: ProtocolContent): string {
  return digest(content);
}

/** Vouches for the whole document, in the name of this installation. */
export function signProtocol(document: ProtocolDocument, signer: Signer): ProtocolDocument {
  return { ...document, signature: signer.sign('protocol', document.sha256) };
}

function seal(content: ProtocolContent): ProtocolDocument {
  return { ...content, sha256: hashProtocol(content) };
}

function eventOf({ event }: CaseLines): ProtocolContent['event'] {
  if (!event) return null;
  const { title, production, startsAt, venue, location, organiser, statusText } = event;
  return {
    title: title.before ?? '',
    production,
    startsAt,
    venue,
    location,
    organiser,
    statusBefore: statusText,
  };
}

function textsOf({ event, entries, refusal }: CaseLines): ProtocolText[] {
  if (!event) return [];
  return ANNOUNCEMENT_FIELDS.map((field) => ({
    field,
    label: MASK_LABELS[field],
    before: event[field].before,
    planned: refusal ? null : event[field].after,
    found: textFound(entries, field, event[field].before),
  }));
}

/** The text that was read back last; by a later look only where that showed another one. */
function textFound(
  entries: readonly JournalEntry[],
  field: (typeof ANNOUNCEMENT_FIELDS)[number],
  before: string | null,
): ProtocolText['found'] {
  const read = lastReadBack(entries);
  const look = lastReadLine(entries);
  const shown = look?.after[field];
  const isChanged = shown !== undefined && !isSameText(shown, read ? textOf(read.after, field) : before);
  const line = isChanged ? look : read;
  if (!line) return null;
  // A save of ours is read back at once; somebody else's may have been made long before the look.
  const at = textOf(line.after, isChanged ? 'readAt' : 'savedAt') ?? line.at;
  return { text: textOf(line.after, field), at, seq: line.seq };
}

function orderOf({ input, first, opening }: CaseLines): ProtocolOrder {
  const { orderedBy, policy } = input;
  const { marker, reason, contact } = readableOrder(input.order);
  return {
    orderedBy,
    orderedAt: first.after.input.orderedAt ?? first.at,
    wantedMarker: marker,
    usedMarker: opening?.marker ?? null,
    reason,
    contact: contact ? { name: contact.name, phone: contact.phone, email: contact.email ?? null } : null,
    backend: opening?.backend ?? null,
    syncIntervalMs: policy.syncIntervalMs,
  };
}

function evidenceOf({ entries }: CaseLines): ProtocolEvidence[] {
  return entries
    .filter(({ kind, operation }) => kind === 'evidence' && operation === 'read-channel')
    .map(({ at, after, outcome, actor, seq }) => ({
      readAt: textOf(after, 'readAt') ?? at,
      status: textOf(after, 'status'),
      title: textOf(after, 'title'),
      transferredAt: textOf(after, 'transferredAt'),
      outcome: outcome ?? '',
      outcomeText: outcomeText(outcome),
      actor,
      line: seq,
    }));
}

function rightOf(lines: CaseLines, { connectOnlineUser }: ProtocolHouse): ProtocolRight | null {
  const { entries, opening } = lines;
  if (!opening) return null;
  const granted = grantedRight(entries);
  const waiver = findWaiver(entries, 'grant-right');
  const notGranted = waiver
    ? `Darauf hat ${waiver.actor} verzichtet: ${waiver.after.reason}`
    : 'Nicht vergeben.';
  return {
    user: (granted && textOf(granted.after, 'user')) ?? connectOnlineUser,
    planned: opening.right,
    granted: granted ? { validFrom: granted.after.validFrom, validUntil: granted.after.validUntil } : null,
    text: granted ? [grantedText(granted), rightText(lines)].filter(Boolean).join(' ') : notGranted,
  };
}

function grantedText({ after, outcome }: NonNullable<ReturnType<typeof grantedRight>>): string {
  return `Gültig ${periodOf(after)} (${outcomeText(outcome)}).`;
}
