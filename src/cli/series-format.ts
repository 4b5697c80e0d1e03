import type { SeriesApprovalItem } from '../cases/series-approvals';
import { clockOn, dayAndTime, toInstant } from '../domain/clock';
import { shownName } from '../domain/names';
import { progressSentence, waitingIn } from '../domain/series-progress';
import { SERIES_ITEM_LABELS, SERIES_NOTICE_LABELS, SERIES_STATE_LABELS } from '../domain/series-vocabulary';
import { onOneLine } from '../domain/text';
import { MASK_LABELS, STEP_ROWS } from '../domain/vocabulary';
import type { ListedSeries, SeriesPlan, SeriesView } from './http';

export function describeItem({
  house,
  eventNumber,
  title,
  startsAt,
  titles,
  ...item
}: SeriesPlan['items'][number]): string {
  const what = [title && onOneLine(title), startsAt && dayAndTime(startsAt)].filter(Boolean).join(', ');
  const lines = [`${item.cancellable ? '✓' : '✕'} ${house} ${eventNumber}${what && ` · ${what}`}`];
  for (const { text, next } of item.refusals) lines.push(`    ${text} ${next}`);
  for (const { text } of item.warnings) lines.push(`    Achtung: ${text}`);
  if (titles && item.warnings.some(({ code }) => code === 'title-shortened'))
    for (const [label, { after }] of titlesOf(titles))
      if (after !== null) lines.push(`    ${label} dann: ${onOneLine(after)}`);
  return lines.join('\n');
}

function titlesOf({ title, customerTitle }: NonNullable<SeriesPlan['items'][number]['titles']>) {
  return [
    [MASK_LABELS.title, title],
    [MASK_LABELS.customerTitle, customerTitle],
  ] as const;
}

export function describePlan({ items, counts, stornoAt, finishedAt }: SeriesPlan): string {
  const now = toInstant(Date.now());
  const times =
    stornoAt && finishedAt
      ? [`Alle Storno ca. ${clockOn(stornoAt, now)}, alles fertig ca. ${clockOn(finishedAt, now)}.`]
      : [];
  if (counts.refused === 0) return [`Alle ${items.length} können abgesagt werden.`, ...times].join('\n');
  return `${counts.refused} von ${items.length} können so nicht abgesagt werden. Bitte die Datei ändern: es beginnt alles oder nichts.`;
}

export function describeRow({
  house,
  eventNumber,
  title,
  state,
  step,
  waitEndsAt,
  attention,
}: SeriesView['items'][number]) {
  const isOpen = state === 'running' || state === 'needs-attention' || state === 'interrupted';
  const until = waitEndsAt ? ` bis ca. ${clockOn(waitEndsAt, toInstant(Date.now()))}` : '';
  const doing = isOpen && step ? `: ${STEP_ROWS[step].label}${until}` : '';
  const why = attention ? `\n    ${attention.text}` : '';
  return `${house} ${eventNumber} · ${onOneLine(title)} – ${SERIES_ITEM_LABELS[state]}${doing}${why}`;
}

export function describeNotice({
  house,
  number,
  eventNumbers,
  outcome,
}: SeriesView['notices'][number]): string {
  return `E-Mail ${house}/${number} an Ö-Ticket (VA-Nr. ${eventNumbers.join(', ')}): ${SERIES_NOTICE_LABELS[outcome]}`;
}

/** One performance as whoever approves it sees it. */
export function describeAsked({ eventNumber, title, startsAt, texts }: SeriesApprovalItem): string {
  const becomes = texts?.title.after;
  return `${eventNumber} · ${onOneLine(title)}, ${dayAndTime(startsAt)}${becomes ? ` → ${onOneLine(becomes)}` : ''}`;
}

/** What a house was asked for, and what became of it. */
export function describeApproval(approval: SeriesView['approvals'][number]): string {
  const { house, eventNumbers, expiresAt, inTime, said } = approval;
  const what = `Freigabe ${house} (VA-Nr. ${eventNumbers.join(', ')})`;
  if (said) return `${what}: ${onOneLine(said)}`;
  const until = `wartet bis ${clockOn(expiresAt, toInstant(Date.now()))} auf eine zweite Person.`;
  return [`${what}: ${until}`, ...(inTime ? [inTime] : [])].join(' ');
}

export function describeSeries(view: SeriesView): string {
  return [
    `${onOneLine(view.title)} – ${stateText(view)}`,
    progressSentence(view.counts, waitingIn(view.items)),
    ...(view.refusal ? [view.refusal.text] : []),
    ...(view.attention ? [view.attention.text] : []),
    ...view.items.map(describeRow).map((line) => `  ${line}`),
    ...view.approvals.map(describeApproval).map((line) => `  ${line}`),
    ...view.notices.map(describeNotice).map((line) => `  ${line}`),
    ...(view.allowedActions.length > 0 ? [`Möglich: ${view.allowedActions.join(', ')}`] : []),
    `Serie ${view.id}`,
  ].join('\n');
}

/** A series that is held up or aborted is that also while it asks for somebody. */
function stateText({ state, paused, aborting }: Pick<SeriesView, 'state' | 'paused' | 'aborting'>): string {
  const also = [paused && 'paused', aborting && 'aborting'] as const;
  const others = also.filter(
    (each) => each !== false && each !== state,
  ) as (keyof typeof SERIES_STATE_LABELS)[];
  return [state, ...others].map((each) => SERIES_STATE_LABELS[each]).join(', ');
}

export function describeList(all: readonly ListedSeries[]): string {
  if (all.length === 0) return 'Noch keine Serie.';
  return all
    .map(({ id, title, state, paused, aborting, counts, orderedBy, orderedAt }) =>
      [
        `${onOneLine(title)} – ${stateText({ state, paused, aborting })}`,
        `  ${progressSentence(counts)}`,
        `  von ${onOneLine(shownName(orderedBy))}, ${dayAndTime(orderedAt)} · Serie ${id}`,
      ].join('\n'),
    )
    .join('\n');
}
