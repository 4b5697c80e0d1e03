import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { ABSAGE } from '../domain/actor';
import { numericDayAndTime, toMs } from '../domain/clock';
import { KnownFailure } from '../domain/failures';
import {
  linesWith,
  seriesKeys,
  seriesStateOf,
  type SeriesLine,
  type SeriesLineOf,
} from '../domain/series-lines';
import type { WrittenSeries } from '../domain/series';
import { actionLabel } from '../domain/wording';
import { LONGEST_CONVERSATION_MS } from '../mail/port';
import type { ActivityDependencies } from './activity';
import type { Alert, AlertResult } from './alert';

/*
 * A house hears once of the same trouble of several performances. Each case writes down what it has to say, waits a little, and then
 * whichever comes first says it for all of them. No run but those of the cases takes part: where the series has lost its own,
 * nobody is left untold.
 */

type Dependencies = Pick<ActivityDependencies, 'series' | 'mail' | 'houses' | 'casesInNeed'>;
type Want = SeriesLineOf<'want-alert'>;

/**
 * In milliseconds: two minutes in production for a question. That something goes on again can wait until each case has tried
 * again: see the slow pace of `workflows/activities.ts`.
 */
function gatheringMs(attentionAfterMs: number, kind: Alert['kind']): number {
  if (kind === 'all-clear') return attentionAfterMs / 4;
  return Math.min(Math.max(attentionAfterMs / 10, 500), 2 * 60_000);
}

/** How long another mail that names the case may be under way, in milliseconds. */
const UNDER_WAY_MS = LONGEST_CONVERSATION_MS + 30_000;

/** What a case wants to say is written down. */
export interface Wanted {
  seriesId: string;
  order: WrittenSeries;
  attentionAfterMs: number;
  want: Want;
}

/** `null`: the series does not know the case, so the case tells by itself. `text`: what the case has to say. */
export async function gatherAlert(
  deps: Dependencies,
  alert: Alert,
  text: string,
): Promise<AlertResult | null> {
  const wanted = await wantAlert(deps, alert, text);
  if (!wanted) return null;
  const waitedMs = Date.now() - toMs(wanted.want.at);
  const leftMs = gatheringMs(wanted.attentionAfterMs, alert.kind) - waitedMs;
  if (leftMs > 0) throw gathers(leftMs);
  return tellWanted(deps, wanted);
}

/** As `gatherAlert`, without telling yet. */
export async function wantAlert(
  deps: Pick<Dependencies, 'series'>,
  { ref, kind, attention, step, series: inSeries, event }: Alert,
  text: string,
): Promise<Wanted | null> {
  if (!inSeries) return null;
  const { id: seriesId, code } = inSeries;
  const state = seriesStateOf(await deps.series.seriesLines(seriesId));
  const policy = state?.order.after.policies[ref.house];
  if (!state || !policy || !state.items.some(({ item }) => item.caseId === ref.caseId)) return null;
  const want = await deps.series.appendToSeries(seriesId, {
    ...ABSAGE,
    operation: 'want-alert',
    effectKey: seriesKeys.wantedAlert(kind, attention.id),
    after: {
      house: ref.house,
      kind,
      code,
      caseId: ref.caseId,
      what: `${numericDayAndTime(event.startsAt)}: ${event.title} (VA-Nr. ${ref.eventNumber})`,
      text,
      actions: attention.actions.map((action) => actionLabel(action, step)),
    },
    outcome: null,
  });
  if (want.operation !== 'want-alert')
    throw new KnownFailure('internal', 'another line has the key of an alert');
  return { seriesId, order: state.order.after, attentionAfterMs: policy.attentionAfterMs, want };
}

/**
 * Tells of it, and of all that is like it. Does nothing where a mail has told of it already. `seen`: what was just found to be so,
 * where Temporal's lists cannot say it.
 */
export async function tellWanted(
  deps: Dependencies,
  { seriesId, order: { title, isPlaceNeeded }, want }: Wanted,
  seen?: readonly Wanted[],
): Promise<AlertResult> {
  const { series, mail, houses } = deps;
  const lines = await series.seriesLines(seriesId);
  const told = tellingOf(lines, want);
  if (told === 'under-way') throw gathers(1_000);
  if (told !== 'open') return { outcome: told };
  const house = houses.get(want.after.house);
  if (!house) throw new KnownFailure('internal', `house ${want.after.house} is not configured`);
  const wants = await alike(deps, seriesId, lines, want, seen);
  const earlier = linesWith(lines, 'tell-house').filter(
    ({ after }) => after.wants && after.house === house.key,
  );
  const nth = earlier.length + 1;
  const { kind } = want.after;
  const message = mail.composeSeriesHouseNotice(house, {
    kind,
    noticeId: `series.${seriesId}.${house.key}.${kind}.${nth}`,
    seriesId,
    title,
    isSimulator: isPlaceNeeded === undefined,
    items: wants.map(({ after: { what, text, actions } }) => ({
      what,
      state: [
        text,
        ...(kind === 'attention' && actions.length > 0 ? [`Das können Sie tun: ${actions.join(', ')}.`] : []),
      ].join(' '),
      isCancelled: false,
      proof: null,
    })),
  });
  const { to, subject, messageId } = message;
  const effectKey = seriesKeys.alert(house.key, nth);
  const intent = await series.appendNewToSeries(seriesId, {
    ...ABSAGE,
    operation: 'tell-house',
    effectKey,
    after: {
      house: house.key,
      kind,
      occasion: `alert/${nth}`,
      wants: wants.map((each) => each.effectKey),
      to,
      subject,
      messageId,
    },
    outcome: null,
  });
  // Another case was quicker: perhaps it tells of this one, too.
  if (!intent) throw gathers(500);
  const [outcome] = await mail.send(message, to);
  await series.appendToSeries(seriesId, {
    ...ABSAGE,
    operation: 'note-house',
    effectKey: `${effectKey}/outcome`,
    after: { house: house.key, reply: outcome?.reply ?? '' },
    outcome: outcome?.outcome ?? 'not-sent',
  });
  if (!outcome || outcome.outcome === 'not-sent')
    throw new KnownFailure('mail-server-unavailable', outcome?.reply ?? 'no recipient');
  return { outcome: outcome.outcome };
}

/** What became of the newest mail that names this. `open`: none does, or it was certainly not sent. */
function tellingOf(
  lines: readonly SeriesLine[],
  { effectKey }: Want,
): AlertResult['outcome'] | 'under-way' | 'open' {
  const telling = linesWith(lines, 'tell-house').findLast(({ after }) => after.wants?.includes(effectKey));
  if (!telling) return 'open';
  const noted = linesWith(lines, 'note-house').find(
    (line) => line.effectKey === `${telling.effectKey}/outcome`,
  );
  if (noted) return noted.outcome === 'not-sent' ? 'open' : noted.outcome;
  return Date.now() - toMs(telling.at) < UNDER_WAY_MS ? 'under-way' : 'in-doubt';
}

/** All that say the same to the same house and that no mail has told of. Those for which it is over by now are left out. */
async function alike(
  { casesInNeed }: Dependencies,
  seriesId: string,
  lines: readonly SeriesLine[],
  want: Want,
  seen?: readonly Wanted[],
): Promise<Want[]> {
  const { house, kind, code } = want.after;
  const open = linesWith(lines, 'want-alert').filter(
    (each) =>
      each.after.house === house &&
      each.after.kind === kind &&
      each.after.code === code &&
      tellingOf(lines, each) === 'open',
  );
  if (seen) return open.filter(({ effectKey }) => seen.some((each) => each.want.effectKey === effectKey));
  // Whoever is left out tells by itself: nobody waits for what Temporal cannot say.
  const inNeed = (await casesInNeed?.(seriesId).catch(() => null)) ?? null;
  const isSo = ({ after }: Want) => inNeed === null || inNeed.has(after.caseId) === (kind === 'attention');
  return open.filter((each) => each.effectKey === want.effectKey || isSo(each));
}

/** Nothing has failed: the case asks again after this time. */
function gathers(nextRetryDelay: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'AlertGathers',
    message: 'others may have the same to say',
    nextRetryDelay,
    category: ApplicationFailureCategory.BENIGN,
  });
}
