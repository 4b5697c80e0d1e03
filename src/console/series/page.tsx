import type { SeriesItemView, SeriesNoticeView, SeriesView } from '../../cases/series-view';
import { seriesPage } from '../../domain/addresses';
import { dayAndTime, numericDayAndTime } from '../../domain/clock';
import { shownName } from '../../domain/names';
import { printable } from '../../domain/visible';
import { performances, progressSentence, waitingIn } from '../../domain/series-progress';
import type { SeriesTask } from '../../domain/series-tasks';
import { STEP_LABELS } from '../../domain/wording';
import { Faults, Lines, Notice, rendered, Sign } from '../components';
import { HandbookLink } from '../handbook-link';
import { toRegions, type Regions } from '../regions';
import { TICKED, ticksIn } from '../forms';
import { KeptWriting, StandFrame } from '../stand-frame';
import { dayAndClock, FIELD_LABELS, ORDER_REASON_LABEL } from '../words';
import { Approvals } from './approval';
import { ByHand } from './by-hand';
import { SeriesTasks } from './tasks';
import { Chosen, Doubts, SeriesWays, type SeriesForms } from './ways';
import { isSeriesEnd, itemSign, needsSomebody, NOTICE_OUTCOMES, seriesSign } from './words';

interface SeriesPage extends SeriesForms {
  /** Only the rows that need somebody, with those that could not be cancelled. */
  isNarrowed: boolean;
  /** The to-do list of each house that the person sees. */
  tasks: readonly SeriesTask[];
  /** Why what was sent was not carried out. */
  faults?: readonly string[];
}

/** The page that a series is run from: the sentence on top, a row for each performance, what one can do, the mails. */
export function SeriesPage({ faults = [], ...page }: SeriesPage) {
  const { view, isNarrowed } = page;
  const regions = seriesRegions(page);
  const inside = (id: string) =>
    rendered([...regions.values()].flatMap(({ html, into }) => (into === id ? [html] : [])).join(''));
  return (
    <>
      {faults.length > 0 && <Faults faults={faults} />}
      <div id="oben" data-regions>
        {inside('oben')}
      </div>
      <StandFrame page={view.links.page} title="Stand der Serie" />
      <KeptWriting />
      <div id="fragen" data-regions>
        {inside('fragen')}
      </div>
      <section class="sheet">
        <h2>Vorstellungen</h2>
        <p class="links">
          <a href={view.links.page} aria-current={isNarrowed ? undefined : 'true'}>
            Alle zeigen
          </a>
          <a href={`${view.links.page}?${ONLY}=braucht`} aria-current={isNarrowed ? 'true' : undefined}>
            Nur was jemanden braucht
          </a>
        </p>
        <table class="items" role="table">
          <thead role="rowgroup">
            <tr role="row">
              <th scope="col" role="columnheader">
                <span class="hidden">Auswahl</span>
              </th>
              <th scope="col" role="columnheader">
                Vorstellung
              </th>
              <th scope="col" role="columnheader">
                Stand
              </th>
            </tr>
          </thead>
          <tbody id="zeilen" role="rowgroup" data-regions>
            {inside('zeilen')}
          </tbody>
        </table>
        <p class="none">{isNarrowed ? 'Im Moment braucht keine Vorstellung jemanden.' : 'Keine.'}</p>
        <div id="gewaehlte" data-regions>
          {inside('gewaehlte')}
        </div>
      </section>
      <div id="unten" data-regions>
        {inside('unten')}
      </div>
    </>
  );
}

/** The parameter that narrows the rows. */
export const ONLY = 'nur';

/** The parts of the page that the live stream updates. */
export function seriesRegions({ isNarrowed, tasks, ...forms }: Omit<SeriesPage, 'faults'>): Regions {
  const { view } = forms;
  const ticked = ticksIn(forms.draft);
  const rows = isNarrowed
    ? view.items.filter((row) => needsSomebody(row) || row.state === 'refused')
    : view.items;
  return toRegions([
    { id: 'kopf', into: 'oben', element: <Head view={view} /> },
    { id: 'stand', into: 'oben', element: <SeriesStanding view={view} /> },
    { id: 'frage', into: 'fragen', element: <Doubts {...forms} /> },
    { id: 'freigaben', into: 'fragen', element: <Approvals view={view} /> },
    { id: 'von-hand', into: 'fragen', element: <ByHand {...forms} /> },
    { id: 'wege', into: 'fragen', element: <SeriesWays {...forms} /> },
    ...rows.map((row) => ({
      id: rowId(row),
      into: 'zeilen',
      element: (
        <Row
          row={row}
          isChoosable={isChoosable(forms, row)}
          isTicked={ticked?.includes(itemValue(row)) ?? false}
        />
      ),
    })),
    { id: 'gewaehlt', into: 'gewaehlte', element: <Chosen {...forms} /> },
    { id: 'mails', into: 'unten', element: <Mails notices={view.notices} /> },
    { id: 'angaben', into: 'unten', element: <Details view={view} /> },
    {
      id: 'aufgaben',
      into: 'unten',
      element: (
        <SeriesTasks {...{ tasks, page: view.links.page }} may={forms.may} csrfToken={forms.csrfToken} />
      ),
    },
  ]);
}

function Head({ view: { title, order } }: { view: SeriesView }) {
  return (
    <div id="kopf">
      <p class="quiet">Serie</p>
      <h1 class="title">{printable(title)}</h1>
      <p class="facts">{`${performances(order.itemCount)} · ${order.houses.join(', ')}`}</p>
    </div>
  );
}

/** The sentence on top, and how far it is. Nothing counts as finished that is not. */
function SeriesStanding({ view }: { view: SeriesView }) {
  const { state, counts, items, refusal } = view;
  return (
    <section id="stand" class={`standing ${state}`} aria-live="polite" tabindex={-1}>
      <Sign kind={state} {...seriesSign(state)} />
      {view.paused && state !== 'paused' && <Sign kind="paused" {...seriesSign('paused')} />}
      <p class="big long">{withCounts(progressSentence(counts, waitingIn(items)))}</p>
      <progress max={items.length} value={counts.completed} aria-label="fertig" />
      {refusal && (
        <Notice kind="error">
          <p>
            <strong>{refusal.text}</strong>
          </p>
          <p>Es hat keine Vorstellung begonnen, in Jet wurde nichts geschrieben.</p>
        </Notice>
      )}
      {!refusal && <p>{[...besides(view), sentenceOf(view)].join(' ')}</p>}
      {helpFor(view) && <HandbookLink code={helpFor(view)} />}
    </section>
  );
}

/** Keeps each count on the line of its word. */
function withCounts(sentence: string): string {
  return sentence.replace(/(\d+) (?!von)/g, '$1\u00a0');
}

/** What the state does not say, as it asks for somebody. */
function besides({ state, paused, aborting }: SeriesView): string[] {
  return [
    ...(paused && state !== 'paused'
      ? ['Die Serie ist angehalten: was noch nicht begonnen hat, beginnt nicht.']
      : []),
    ...(aborting && state !== 'aborting'
      ? ['Die Serie wird abgebrochen: was noch nicht Storno ist, wird zurückgesetzt.']
      : []),
  ];
}

function sentenceOf({ state, counts, items }: SeriesView): string {
  const left = counts.refused + counts.aborted + counts.skipped + counts.closedByHand;
  const isLeft = `${performances(left)} ${left === 1 ? 'hat' : 'haben'} Absage nicht zu Ende gebracht: warum, steht in der Zeile.`;
  const mayLeave = items.some(({ by }) => by === 'person')
    ? 'Wo Sie die Schritte selbst in Jet machen, geht es nur mit Ihnen weiter.'
    : 'Sie können dieses Fenster schließen, es geht weiter.';
  switch (state) {
    case 'planning':
      return `Jede Vorstellung wird noch einmal in Jet gelesen. Es beginnt genau das, was Sie gesehen haben, oder gar nichts. ${mayLeave}`;
    case 'awaiting-approval':
      return 'Es beginnt, sobald eine zweite Person zugestimmt hat.';
    case 'running':
      return `Die nächste Vorstellung kommt zuerst. ${mayLeave}`;
    case 'needs-attention':
      return 'Was sonst begonnen hat, geht inzwischen weiter.';
    case 'paused':
      return 'Was noch nicht begonnen hat, beginnt nicht. Was begonnen hat, geht weiter.';
    case 'aborting':
      return 'Was noch nicht Storno ist, wird zurückgesetzt. Was schon Storno ist, geht zu Ende.';
    case 'interrupted':
      return 'Es beginnt keine weitere Vorstellung, bis jemand die Serie wieder aufnimmt. Was begonnen hat, geht weiter.';
    case 'completed':
      return left > 0 ? isLeft : 'Alle Vorstellungen sind abgesagt.';
    case 'aborted':
      return left > 0 ? isLeft : 'Die Serie wurde abgebrochen.';
    case 'refused':
      return 'Es hat keine Vorstellung begonnen, in Jet wurde nichts geschrieben.';
  }
}

/** The section of the handbook that helps; empty: nothing is wrong. */
function helpFor({ state, counts }: SeriesView): string {
  if (state === 'interrupted') return 'series-interrupted';
  return counts.needsAttention + counts.interrupted + counts.refused > 0 ? 'series-item' : '';
}

function rowId({ house, eventNumber }: SeriesItemView): string {
  return `zeile-${house}-${eventNumber}`;
}

/** How a box names a performance. */
function itemValue({ house, eventNumber }: Pick<SeriesItemView, 'house' | 'eventNumber'>): string {
  return `${house} ${eventNumber}`;
}

/** Of those that were not cancelled, and of those that have not begun, one can choose some. */
function isChoosable({ view, may }: SeriesForms, { state, house }: SeriesItemView): boolean {
  const { allowedActions } = view;
  if (state === 'waiting') return allowedActions.includes('skip') && may(house, 'skip-items');
  const hasFailed = state === 'refused' || state === 'aborted';
  return hasFailed && allowedActions.includes('retry') && may(house, 'retry-items');
}

interface RowSettings {
  row: SeriesItemView;
  isChoosable: boolean;
  /** What was sent and refused had it ticked. */
  isTicked: boolean;
}

function Row({ row, isChoosable, isTicked }: RowSettings) {
  const { house, eventNumber, title, startsAt, state, step, waitEndsAt, links } = row;
  const name = printable(title);
  // One that has not begun has no page yet.
  const hasPage = state !== 'waiting' && state !== 'skipped';
  const isOpen = state === 'running' || needsSomebody(row);
  return (
    <tr id={rowId(row)} role="row" class={needsSomebody(row) ? 'needs' : undefined}>
      <td role="cell">
        {isChoosable && (
          <input
            id={`wahl-${house}-${eventNumber}`}
            type="checkbox"
            name={TICKED}
            value={itemValue(row)}
            checked={isTicked}
            form="formular-gewaehlte"
            aria-label={`Auswählen: ${name}, ${dayAndTime(startsAt)}`}
          />
        )}
      </td>
      <td role="cell">
        {hasPage ? <a href={links.page}>{name}</a> : <strong>{name}</strong>}
        <span class="facts">{`${numericDayAndTime(startsAt)} · ${house} ${eventNumber}`}</span>
      </td>
      <td role="cell">
        <Sign kind={state} {...itemSign(row)} />
        {isOpen && step && (
          <span class="facts">
            {waitEndsAt
              ? `${STEP_LABELS[step]}: bis ca. ${dayAndClock(waitEndsAt)}`
              : `Schritt: ${STEP_LABELS[step]}`}
          </span>
        )}
        {whyOf(row) && <span class="why">{whyOf(row)}</span>}
      </td>
    </tr>
  );
}

/** The question that a step by hand is. */
const TASK = 'person-step';

/** What it asks for. Of many that ask at once, only some are read in full. */
function whyOf({ state, by, attention }: SeriesItemView): string | null {
  const isTask = by === 'person' && (attention?.code ?? TASK) === TASK;
  if (state === 'needs-attention' && isTask) return 'Zu tun in Jet, siehe oben.';
  if (attention) return attention.text;
  return state === 'needs-attention' ? 'Was zu entscheiden ist, steht auf ihrer Seite.' : null;
}

function Mails({ notices }: { notices: readonly SeriesNoticeView[] }) {
  return (
    <section id="mails" class="sheet">
      <h2>E-Mails an Ö-Ticket</h2>
      {notices.length === 0 && (
        <p class="none">
          Noch keine. Für jedes Haus geht eine gemeinsame hinaus, sobald seine Vorstellungen so weit sind.
        </p>
      )}
      <ul class="mails">
        {notices.map(({ house, number, eventNumbers, outcome, acceptedAt }) => (
          <li id={`mail-${house}-${number}`}>
            <strong>{`${house}: ${performances(eventNumbers.length)}`}</strong>{' '}
            <span>
              <span aria-hidden="true">{NOTICE_OUTCOMES[outcome].sign}</span> {NOTICE_OUTCOMES[outcome].text}
              {acceptedAt && `, ${dayAndClock(acceptedAt)}`}
            </span>
            <span class="facts">{`VA-Nr. ${eventNumbers.join(', ')}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Details({ view: { id, order, orderedBy, orderedAt } }: { view: SeriesView }) {
  return (
    <section id="angaben" class="sheet">
      <h2>Angaben</h2>
      <dl class="data">
        <dt>{FIELD_LABELS.marker}</dt>
        <dd>{order.marker}</dd>
        <dt>{ORDER_REASON_LABEL}</dt>
        <dd>
          <Lines text={order.reason} />
        </dd>
        <dt>Beauftragt von</dt>
        <dd>{`${shownName(orderedBy)}, ${dayAndClock(orderedAt)}`}</dd>
      </dl>
      <p class="links">
        <a href={`${seriesPage(id)}/protokoll`}>Protokoll der Serie</a>
        <a href={`${seriesPage(id)}/protokoll.pdf`}>Als PDF</a>
      </p>
      <p class="quiet">{`Serie ${id}`}</p>
    </section>
  );
}

/** The state alone, for its frame; `again`: it still changes. */
export function standOf(view: SeriesView) {
  return { page: view.links.page, isLast: isSeriesEnd(view.state), body: <SeriesStanding view={view} /> };
}
