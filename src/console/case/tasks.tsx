import { casePage } from '../../domain/addresses';
import type { ShownTask } from '../../domain/house-tasks';
import { isEnd } from '../../domain/vocabulary';
import { Csrf } from '../components';
import { Answer, ANSWERED, Done, labelOf, Words } from '../task-parts';
import type { CaseForms } from './action-form';

/** The house's to-do list, from the minute of the order on: what is to be done while the machine waits. */
export function Tasks({ view, may, csrfToken }: CaseForms) {
  const { tasks, state } = view;
  if (!tasks || tasks.length === 0) return <div id="aufgaben" />;
  const done = tasks.filter((task) => task.done !== null).length;
  return (
    <section id="aufgaben" class="sheet tasks" aria-label="Aufgaben des Hauses">
      <h2>{isEnd(state) ? 'Das bleibt für das Haus zu tun' : 'Das ist inzwischen zu tun'}</h2>
      <p class="quiet">
        {`${done} von ${tasks.length} erledigt. `}
        {state !== 'aborted' &&
          'Ö-Ticket schreibt nur an Personen, die bei Ö-Ticket gekauft haben. Alles andere macht das Haus selbst.'}
      </p>
      {view.series && (
        <p>
          {'Was für alle Vorstellungen der Serie gleich ist, haken Sie einmal ab: '}
          <a href={`${view.series.links.page}#aufgaben`}>Aufgaben der Serie</a>
        </p>
      )}
      <ul>
        {tasks.map((task) => (
          <Entry
            {...{ task, csrfToken, address: `${casePage(view)}/aufgaben/${task.id}` }}
            mayTick={may('tick-task')}
            mayType={task.id === ANSWERED}
          />
        ))}
      </ul>
    </section>
  );
}

interface EntrySettings {
  task: ShownTask;
  /** Whether there are buttons to tick it. */
  mayTick: boolean;
  /** Whether it has a field for what was answered. */
  mayType: boolean;
  csrfToken: string;
  address: string;
}

function Entry({ task, mayTick, mayType, csrfToken, address }: EntrySettings) {
  const { id, done } = task;
  if (!mayTick)
    return (
      <li class={done ? 'done' : ''}>
        <Words {...task} />
        {done && <Done {...done} />}
      </li>
    );
  return (
    <li class={done ? 'done' : ''}>
      <form id={`aufgabe-${id}`} method="post" action={address}>
        <Csrf token={csrfToken} />
        <input type="hidden" name="done" value={done ? 'false' : 'true'} />
        <Words {...task} />
        {done ? <Done {...done} /> : mayType && <Answer id={id} />}
        <button type="submit" class={done ? 'plain' : 'second'} aria-label={labelOf(task)}>
          {done ? 'Zurücknehmen' : 'Erledigt'}
        </button>
      </form>
    </li>
  );
}
