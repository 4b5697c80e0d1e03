import { digest } from '../digest';
import { stripMarker } from '../domain/marker';
import { REHEARSAL_PREFIX } from '../domain/rehearsal';
import { itemStateOf, type Marks } from '../domain/series-actions';
import { isWithdrawn, orderersOfRequest, toApproval } from '../domain/series-approval';
import {
  noticeStanding,
  noticesOf,
  seriesStateOf,
  type NoticeStanding,
  type SeriesApproval,
  type SeriesLine,
  type SeriesState,
} from '../domain/series-lines';
import type { SeriesTask } from '../domain/series-tasks';
import type { SeriesNoticeOutcome } from '../domain/series-vocabulary';
import type { ProtocolHouse, ProtocolProof } from './document';
import {
  SERIES_PROTOCOL_SCHEMA,
  type SeriesProtocolApproval,
  type SeriesProtocolContent,
  type SeriesProtocolDecision,
  type SeriesProtocolDocument,
  type SeriesProtocolItem,
  type SeriesProtocolNotice,
} from './series-document';

/** What is known of a series, and how much of it is to be seen. */
export interface SeriesSurroundings {
  marks: Marks;
  tasks: SeriesTask[];
  /** Those that are shown. */
  houses: readonly ProtocolHouse[];
  isRehearsal: boolean;
  proof?: ProtocolProof;
}

/** The Protokoll of a series as far as these houses go. `null`: these are not the lines of a series. */
export function buildSeriesProtocol(
  lines: readonly SeriesLine[],
  { marks, tasks, houses, isRehearsal, proof }: SeriesSurroundings,
): SeriesProtocolDocument | null {
  const state = seriesStateOf(lines);
  const [first] = lines;
  if (!state || !first) return null;
  const keys = houses.map(({ key }) => key);
  const isExcerpt = state.items.some(({ item }) => !keys.includes(item.house));
  const own = ofLines(lines, keys);
  const items = state.items
    .filter(({ item }) => keys.includes(item.house))
    .map(({ item }) => itemOf(state, marks, item));
  const isSimulator = state.order.after.isPlaceNeeded === undefined;
  const rehearsal = wasRehearsal(lines, isSimulator, isRehearsal);
  const content: SeriesProtocolContent = {
    schema: SERIES_PROTOCOL_SCHEMA,
    language: 'de-AT',
    rehearsal,
    ...(rehearsal && !isSimulator ? { realJet: true as const } : {}),
    seriesId: first.caseId,
    title: state.order.after.title,
    houses: houses.map(({ connectOnlineUser: _user, ...house }) => house),
    ...(isExcerpt && { excerpt: true as const }),
    asOf:
      [lines.at(-1)?.at ?? first.at, ...items.map(({ lastLine }) => lastLine?.at ?? first.at)]
        .sort()
        .at(-1) ?? first.at,
    ...own,
    items,
    tasks,
    ...(!isExcerpt && { journal: [...lines] }),
    ...(proof && { proof }),
  };
  return { ...content, sha256: hashSeriesProtocol(content) };
}

export function hashSeriesProtocol(content: SeriesProtocolContent): string {
  return digest(content);
}

/** What follows from the lines of the series alone, as far as these houses go. */
export function ofLines(
  lines: readonly SeriesLine[],
  houses: readonly string[],
): Pick<SeriesProtocolContent, 'outcome' | 'order' | 'notices' | 'decisions' | 'approvals'> {
  const state = seriesStateOf(lines);
  if (!state) throw new TypeError('a series without an order');
  const { order, end } = state;
  const { marker, reason, orderedAt } = order.after;
  const approvals = state.approvals
    .filter((each) => houses.includes(each.request.after.house) && !isWithdrawn(each))
    .map((each) => approvalOf(lines, state, each));
  return {
    outcome: {
      state: end?.outcome ?? 'open',
      endedAt: end?.at ?? null,
      refusal: state.plan?.after.refusal?.text ?? null,
    },
    order: { marker, reason, orderedBy: order.actor, orderedAt },
    notices: noticesOf(lines)
      .filter(({ after }) => houses.includes(after.house))
      .map((line) => noticeOf(lines, state, line)),
    decisions: lines.flatMap((line) => decisionOf(lines, houses, line)),
    ...(approvals.length > 0 && { approvals }),
  };
}

function wasRehearsal(lines: readonly SeriesLine[], isSimulator: boolean, isRehearsal: boolean): boolean {
  if (isSimulator) return true;
  const [sent] = noticesOf(lines);
  return sent ? sent.after.subject.startsWith(REHEARSAL_PREFIX) : isRehearsal;
}

function itemOf(
  state: SeriesState,
  marks: Marks,
  { house, eventNumber, caseId, expected }: SeriesState['items'][number]['item'],
): SeriesProtocolItem {
  const mark = marks.get(caseId);
  const policy = state.order.after.policies[house];
  return {
    house,
    eventNumber,
    caseId,
    title: policy ? stripMarker(expected.title, policy.marker) : expected.title,
    startsAt: expected.startsAt,
    state: itemStateOf(state, marks, caseId),
    refusal: state.refused.get(caseId)?.text ?? null,
    endLine: mark?.endLine ?? null,
    lastLine: mark?.lastLine ?? null,
  };
}

const OUTCOMES: Readonly<Record<NoticeStanding['kind'], SeriesNoticeOutcome>> = {
  none: 'sending',
  sending: 'sending',
  free: 'not-sent',
  sent: 'accepted',
  refused: 'refused',
  'in-doubt': 'in-doubt',
};

function noticeOf(
  lines: readonly SeriesLine[],
  state: SeriesState,
  { at, after }: ReturnType<typeof noticesOf>[number],
): SeriesProtocolNotice {
  const { house, number, messageId, to, subject, text, items } = after;
  const standing = noticeStanding(lines, house, number);
  return {
    house,
    number,
    messageId,
    begunAt: at,
    acceptedAt: standing.kind === 'sent' ? standing.at : null,
    outcome: OUTCOMES[standing.kind],
    to,
    subject,
    text,
    eventNumbers: items.map((caseId) => nameOf(lines, state, caseId)?.eventNumber ?? caseId),
  };
}

function approvalOf(
  lines: readonly SeriesLine[],
  state: SeriesState,
  approval: SeriesApproval,
): SeriesProtocolApproval {
  const { house, number, items } = approval.request.after;
  const { requestedBy, requestedAt, expiresAt, decision } = toApproval(
    approval,
    orderersOfRequest(state, approval),
  );
  return {
    house,
    number,
    // The members of an object come in another order from a document than from the journal.
    eventNumbers: Object.keys(items)
      .map((caseId) => nameOf(lines, state, caseId)?.eventNumber ?? caseId)
      .sort(),
    requestedBy,
    requestedAt,
    expiresAt,
    decision: decision && approval.decision && { ...decision, line: approval.decision.seq },
  };
}

/** Also one whose case was tried again: the mail, or the decision, was about the earlier one. */
function nameOf(lines: readonly SeriesLine[], { order }: SeriesState, caseId: string) {
  const earlier = new Map(
    lines.flatMap((line) =>
      line.operation === 'retry-items'
        ? line.after.items.map((pair) => [pair.caseId, pair.instead] as const)
        : [],
    ),
  );
  let id = caseId;
  for (let next = earlier.get(id); next !== undefined; next = earlier.get(id)) id = next;
  return order.after.items.find((item) => item.caseId === id);
}

/** What is said about houses that are not shown is left out. */
function decisionOf(
  lines: readonly SeriesLine[],
  houses: readonly string[],
  line: SeriesLine,
): SeriesProtocolDecision[] {
  const state = seriesStateOf(lines);
  const after = line.after as { reason?: unknown; house?: unknown; items?: unknown };
  if (!state || typeof after.reason !== 'string' || line.operation === 'order-series') return [];
  const named = [after.items ?? []]
    .flat()
    .map((each) => (typeof each === 'string' ? each : (each as { instead: string }).instead));
  const items = named.flatMap((caseId) => nameOf(lines, state, caseId) ?? []);
  const shown = items.filter(({ house }) => houses.includes(house));
  const isElsewhere = typeof after.house === 'string' && !houses.includes(after.house);
  if (isElsewhere || (items.length > 0 && shown.length === 0)) return [];
  const { at, actor, operation, seq } = line;
  const about = shown.map(({ house, eventNumber }) => `${house} ${eventNumber}`);
  return [
    {
      at,
      actor,
      operation,
      reason: after.reason,
      about: typeof after.house === 'string' ? [after.house, ...about] : about,
      line: seq,
    },
  ];
}
