import type { ListedCancellation } from '../cases/lists';
import { casePage } from '../domain/addresses';
import { dayAndTime } from '../domain/clock';
import { STEP_LABELS } from '../domain/wording';
import { Badge, HouseField, rendered } from './components';
import { toRegions, type Regions } from './regions';
import { shownName } from '../domain/names';
import { dayAndClock, GROUPS, groupOf, type Group } from './words';

export interface OverviewFilter {
  house?: string;
  day?: string;
}

interface Overview {
  filter: OverviewFilter;
  houses: readonly { key: string; name: string }[];
  regions: Regions;
  /** In some house. */
  mayOrder: boolean;
  /** Address of more open cases; `null`: there are none. */
  further: string | null;
  /** Address of the older cases; `null`: there are none. */
  older: string | null;
}

const ORDER = Object.keys(GROUPS) as Group[];

/** All cases, those that need a person first. */
export function OverviewPage({ filter, houses, regions, further, older, mayOrder }: Overview) {
  const inside = (id: string) =>
    rendered([...regions.values()].flatMap(({ html, into }) => (into === id ? [html] : [])).join(''));
  return (
    <>
      <div class="head">
        <h1>Übersicht</h1>
        {mayOrder && (
          <a class="button" href="/absagen/neu">
            Neue Absage
          </a>
        )}
      </div>
      <form class="filter" method="get" action="/">
        <HouseField houses={houses} house={filter.house} any="alle Häuser" />
        <label>
          Tag der Vorstellung
          <input type="date" name="tag" value={filter.day} />
        </label>
        <button type="submit" class="second">
          Anzeigen
        </button>
        {(filter.house || filter.day) && <a href="/">Alles anzeigen</a>}
      </form>
      {ORDER.map((group) => (
        <section class={`group ${group}`} aria-labelledby={`titel-${group}`}>
          <h2 id={`titel-${group}`}>
            {GROUPS[group].title} <span id={`platz-${group}`}>{inside(`platz-${group}`)}</span>
          </h2>
          <ul id={`liste-${group}`} class="cases" data-regions>
            {inside(`liste-${group}`)}
          </ul>
          <p class="none">{GROUPS[group].empty}</p>
        </section>
      ))}
      {further && (
        <p>
          <a href={further}>Weitere laufende anzeigen</a>
        </p>
      )}
      {older && (
        <p>
          <a href={older}>Ältere anzeigen</a>
        </p>
      )}
    </>
  );
}

/** One region for each row, and one for the count of each list. */
export function overviewRegions(rows: readonly ListedCancellation[]): Regions {
  const count = (group: Group) => rows.filter(({ state, step }) => groupOf(state, step) === group).length;
  return toRegions([
    ...ORDER.map((group) => ({
      id: `zahl-${group}`,
      into: `platz-${group}`,
      element: (
        <span class="count" id={`zahl-${group}`}>
          {count(group)}
        </span>
      ),
    })),
    ...inOrder(rows).map((row) => ({
      id: rowId(row),
      into: `liste-${groupOf(row.state, row.step)}`,
      element: <Row {...row} />,
    })),
  ]);
}

/** Where people are needed, the next performance comes first; the other lists stay in their order. */
function inOrder(rows: readonly ListedCancellation[]): ListedCancellation[] {
  const isNeeded = ({ state, step }: ListedCancellation) => groupOf(state, step) === 'needs';
  const startOf = ({ startsAt }: ListedCancellation) => (startsAt ? Date.parse(startsAt) : 0);
  const needed = rows.filter(isNeeded).sort((one, other) => startOf(one) - startOf(other));
  return [...needed, ...rows.filter((row) => !isNeeded(row))];
}

function rowId({ house, eventNumber, caseId, runId }: ListedCancellation): string {
  return `fall-${house}-${eventNumber}-${caseId ?? runId ?? ''}`;
}

function Row(row: ListedCancellation) {
  const { house, eventNumber, title, startsAt, venue, state, step, orderedBy, orderedAt } = row;
  const isOpen = groupOf(state, step) !== 'done';
  return (
    <li id={rowId(row)} class="case">
      <a href={casePage(row)}>
        <strong>{title ?? `VA-Nr. ${eventNumber}`}</strong>
        <span class="facts">
          {startsAt && dayAndTime(startsAt)}
          {venue && ` · ${venue}`}
          {` · ${house} ${eventNumber}`}
        </span>
      </a>
      <span class="facts">
        {isOpen && state !== 'interrupted' && `${STEP_LABELS[step]} · `}
        {orderedBy && `von ${shownName(orderedBy)}, `}
        {dayAndClock(orderedAt)}
      </span>
      <Badge state={state} />
    </li>
  );
}
