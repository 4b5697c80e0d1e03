import type { SeriesTask } from '../../domain/series-tasks';
import type { Right } from '../../domain/rights';
import { Csrf } from '../components';
import { Answer, ANSWERED, Done, labelOf, Words } from '../task-parts';

interface SeriesTasksSettings {
  tasks: readonly SeriesTask[];
  /** The page of the series. */
  page: string;
  may: (house: string, what: Right) => boolean;
  csrfToken: string;
}

/** The to-do list of each house, said once for its performances. */
export function SeriesTasks({ tasks, page, may, csrfToken }: SeriesTasksSettings) {
  if (tasks.length === 0) return <div id="aufgaben" />;
  const done = tasks.filter((task) => task.done !== null).length;
  const houses = [...new Set(tasks.map(({ house }) => house))];
  return (
    <section id="aufgaben" class="sheet tasks" aria-label="Aufgaben der Häuser">
      <h2>Das ist im Haus zu tun</h2>
      <p class="quiet">
        {`${done} von ${tasks.length} erledigt. Einmal abgehakt gilt es für alle Vorstellungen des Hauses, auch für die, die erst beginnen. Ö-Ticket schreibt nur an Personen, die bei Ö-Ticket gekauft haben.`}
      </p>
      {houses.map((house) => (
        <>
          {houses.length > 1 && <h3>{house}</h3>}
          <ul>
            {tasks.map((task, index) =>
              task.house === house ? (
                <Entry
                  {...{ task, page, csrfToken }}
                  name={`${house}-${index}`}
                  mayTick={may(house, 'tick-task')}
                />
              ) : null,
            )}
          </ul>
        </>
      ))}
    </section>
  );
}

interface EntrySettings {
  task: SeriesTask;
  name: string;
  mayTick: boolean;
  page: string;
  csrfToken: string;
}

function Entry({ task, name, mayTick, page, csrfToken }: EntrySettings) {
  const { house, id, done, items, isForAll } = task;
  const about = (
    <>
      <Words {...task} />
      {!isForAll && <p class="facts">{`Nur VA-Nr. ${numbersOf(items)}`}</p>}
      {!done && partly(items) && <p class="quiet">{partly(items)}</p>}
      {done && <Done {...done} />}
    </>
  );
  if (!mayTick) return <li class={done ? 'done' : ''}>{about}</li>;
  return (
    <li class={done ? 'done' : ''}>
      <form id={`aufgabe-${name}`} method="post" action={`${page}/aufgaben/${id}`}>
        <Csrf token={csrfToken} />
        <input type="hidden" name="done" value={done ? 'false' : 'true'} />
        <input type="hidden" name="house" value={house} />
        {!isForAll && (
          <input type="hidden" name="nummern" value={items.map(({ eventNumber }) => eventNumber).join(' ')} />
        )}
        {about}
        {!done && id === ANSWERED && <Answer id={name} />}
        <button type="submit" class={done ? 'plain' : 'second'} aria-label={labelOf(task)}>
          {done ? 'Zurücknehmen' : 'Erledigt'}
        </button>
      </form>
    </li>
  );
}

/** Somebody has ticked it in some of the cases. */
function partly(items: SeriesTask['items']): string | null {
  const open = items.filter(({ done }) => done === null);
  if (open.length === items.length) return null;
  return `Bei ${items.length - open.length} von ${items.length} erledigt, offen: VA-Nr. ${numbersOf(open)}`;
}

/** `104233, 104234` */
export function numbersOf(items: readonly { eventNumber: string }[]): string {
  return items.map(({ eventNumber }) => eventNumber).join(', ');
}
