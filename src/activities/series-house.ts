import { Context } from '@temporalio/activity';
import { ABSAGE } from '../domain/actor';
import { numericDayAndTime, toMs } from '../domain/clock';
import { KnownFailure } from '../domain/failures';
import { stripMarker } from '../domain/marker';
import { seriesWorkflowId, type SeriesItem } from '../domain/series';
import { itemStateOf, type ItemState } from '../domain/series-actions';
import type { SeriesApproval } from '../domain/series-line';
import { seriesOverrideText, seriesRequestText } from '../domain/series-approval-notice';
import {
  houseMails,
  houseMailStanding,
  isHouseTold,
  linesWith,
  seriesKeys,
  type SeriesHouseMail,
  type SeriesLineOf,
} from '../domain/series-lines';
import type { ActivityDependencies } from './activity';
import { findClosedRun } from './closed-run';
import type { KnownSeries } from './known-series';
import { asSeriesActivity, readSeries, type SeriesStep } from './series';
import { housesOf, isBegun, untoldApprovals, type UntoldApproval } from './series-approval-rules';

/** Longest wait for the mail server, in milliseconds. */
const SEND_WITHIN_MS = 20_000;

/** What the houses of a series are told, once each: how it begins and ends, and that nobody carries it out any more. */
export function createSeriesHouseActivities(deps: ActivityDependencies) {
  const { trust } = deps;

  const tellHouses = asSeriesActivity(
    trust,
    async ({ seriesId, kind }: SeriesStep & { kind: 'begun' | 'ended' }): Promise<{ told: number }> => {
      const ends = linesWith(await deps.series.seriesLines(seriesId), 'end-series').length;
      // A series can end again, after performances that had failed were tried once more.
      return tellAll(deps, seriesId, kind, kind === 'ended' ? `ended/${ends}` : kind);
    },
  );

  /** Asks for the approvals that nobody was asked for yet, and tells what has begun since: each once. */
  const tellApprovals = asSeriesActivity(
    trust,
    async ({ seriesId }: SeriesStep): Promise<{ told: number }> => {
      const known = await readSeries(deps, seriesId);
      return tellEach(deps, seriesId, known, untoldApprovals(known));
    },
  );

  return { tellHouses, tellApprovals };
}

/**
 * The series that have not ended and have no open run: what had not begun will not begin. Each house learns of it once. Resolves to
 * how many there are.
 */
export async function alertInterruptedSeries(deps: ActivityDependencies): Promise<number> {
  let interrupted = 0;
  for (const seriesId of await deps.series.unendedSeries()) {
    const runId = await findClosedRun(seriesWorkflowId(seriesId));
    if (runId === null) continue;
    interrupted += 1;
    await tellAll(deps, seriesId, 'interrupted', `interrupted/${runId}`).catch((error: unknown) =>
      Context.current().log.warn('a house could not be told that its series was interrupted', { error }),
    );
  }
  return interrupted;
}

/** `occasion`: each house is told once of it. Fails where a mail was certainly not sent, so that it is tried again. */
async function tellAll(
  deps: ActivityDependencies,
  seriesId: string,
  kind: SeriesHouseMail['kind'],
  occasion: string,
): Promise<{ told: number }> {
  const known = await readSeries(deps, seriesId);
  const houses = housesOf(known.state).filter((house) => kind !== 'begun' || isBegun(known.state, house));
  const mails = houses.map((house) => ({ house, kind, occasion }));
  return tellEach(deps, seriesId, known, mails);
}

async function tellEach(
  deps: ActivityDependencies,
  seriesId: string,
  known: KnownSeries,
  mails: readonly UntoldApproval[],
): Promise<{ told: number }> {
  let unsent = 0;
  for (const mail of mails) if (!(await tellOne(deps, seriesId, known, mail))) unsent += 1;
  if (unsent > 0) throw new KnownFailure('mail-server-unavailable', `${unsent} houses could not be told`);
  return { told: mails.length };
}

/** How long an attempt may still be at its mail, in milliseconds. */
const UNDER_WAY_MS = SEND_WITHIN_MS + 10_000;

/** `false`: the mail was certainly not sent, or another attempt is at it. One in doubt is written down as that, and not sent again. */
async function tellOne(
  { series, mail, houses }: ActivityDependencies,
  seriesId: string,
  known: KnownSeries,
  { approval, ...told }: UntoldApproval,
): Promise<boolean> {
  const house = houses.get(told.house);
  if (!house || isHouseTold(known.lines, told.house, told.occasion)) return true;
  const standing = houseMailStanding(known.lines, told.house, told.occasion);
  if (standing.kind === 'sending') return noteDoubt(series, seriesId, standing.attempt);
  const attempt = houseMails(known.lines, told.house, told.occasion).length + 1;
  const effectKey = seriesKeys.houseMail(told.occasion, told.house, attempt);
  const items = known.state.items.map(({ item }) => item).filter((item) => item.house === told.house);
  const own = approval ? items.filter(({ caseId }) => caseId in approval.request.after.items) : items;
  const message = mail.composeSeriesHouseNotice(house, {
    kind: told.kind,
    ...(approval && aboutApproval(known, told.house, approval)),
    noticeId: `series.${seriesId}.${told.house}.${told.occasion.replace('/', '.')}`,
    seriesId,
    title: known.state.order.after.title,
    isSimulator: known.state.order.after.isPlaceNeeded === undefined,
    items: own.map((item) => rowOf(known, item)),
  });
  const { to, subject, messageId } = message;
  const intent = await series.appendNewToSeries(seriesId, {
    ...ABSAGE,
    operation: 'tell-house',
    effectKey,
    after: { ...told, to, subject, messageId },
    outcome: null,
  });
  // Another attempt is at it: what becomes of that, the next look says.
  if (!intent) return false;
  const [outcome] = await mail.send(message, to, { withinMs: SEND_WITHIN_MS });
  await series.appendToSeries(seriesId, {
    ...ABSAGE,
    operation: 'note-house',
    effectKey: `${effectKey}/outcome`,
    after: { house: told.house, reply: outcome?.reply ?? '' },
    outcome: outcome?.outcome ?? 'not-sent',
  });
  return outcome?.outcome !== 'not-sent';
}

/** An attempt has begun, and nobody heard how it ended. `false`: it may still say so. */
async function noteDoubt(
  series: ActivityDependencies['series'],
  seriesId: string,
  { at, effectKey, after: { house } }: SeriesLineOf<'tell-house'>,
): Promise<boolean> {
  if (Date.now() - toMs(at) < UNDER_WAY_MS) return false;
  const { outcome } = await series.appendToSeries(seriesId, {
    ...ABSAGE,
    operation: 'note-house',
    effectKey: `${effectKey}/outcome`,
    after: { house, reply: 'no outcome was written down' },
    outcome: 'in-doubt',
  });
  return outcome !== 'not-sent';
}

/** What a mail says of an approval, and to whom: whoever may decide, and where it began without them everybody else, too. */
function aboutApproval({ state }: KnownSeries, house: string, approval: SeriesApproval) {
  const policy = state.order.after.policies[house];
  const to = policy?.approval?.to ?? [];
  return approval.decision === null
    ? { to, text: policy ? seriesRequestText(state, approval, policy) : '' }
    : { to, isAlert: true, text: seriesOverrideText(approval) };
}

const STATES: Record<ItemState, string> = {
  waiting: 'noch nicht begonnen',
  running: 'läuft',
  skipped: 'ausgelassen, nicht abgesagt',
  aborted: 'abgebrochen, nicht abgesagt',
  refused: 'NICHT abgesagt',
  completed: 'abgesagt',
  'closed-by-hand': 'von Hand geschlossen',
};

function rowOf(
  { state, marks }: KnownSeries,
  { caseId, house, eventNumber, expected: { title, startsAt } }: SeriesItem,
) {
  const policy = state.order.after.policies[house];
  const own = itemStateOf(state, marks, caseId);
  const end = marks.get(caseId)?.endLine;
  return {
    what: `${numericDayAndTime(startsAt)}: ${policy ? stripMarker(title, policy.marker) : title} (VA-Nr. ${eventNumber})`,
    state: STATES[own],
    isCancelled: own === 'completed',
    proof: end ? `Zeile ${end.seq}, ${end.hash}` : null,
  };
}
