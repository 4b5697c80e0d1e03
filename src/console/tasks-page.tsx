import type { FastifyInstance } from 'fastify';
import { openTasksQuery } from '../api/schemas';
import { parseAs } from '../api/validation';
import { housesFor } from '../cases/caller';
import { listOpenTasks, type CaseWithTasks, type SeriesWithTasks } from '../cases/house-tasks';
import { casePage } from '../domain/addresses';
import { dayAndTime } from '../domain/clock';
import { HouseField, Phone } from './components';
import type { ConsoleDependencies } from './dependencies';
import { numbersOf } from './series/tasks';
import { show } from './show';

/** What the houses still have to do, of all cases. */
export function registerTasksPage(app: FastifyInstance, deps: ConsoleDependencies): void {
  app.get('/aufgaben', async (request, reply) => {
    const { haus } = request.query as { haus?: string };
    const { house } = parseAs(openTasksQuery, { house: haus || undefined });
    const { cases, series } = await listOpenTasks(deps, request.caller, { house });
    const houses = housesFor(deps.houses, request.caller, 'see');
    return show(deps, request, reply, { title: 'Aufgaben', here: '/aufgaben' }, () => (
      <TasksPage {...{ cases, series, houses, house }} />
    ));
  });
}

interface TasksPage {
  cases: readonly CaseWithTasks[];
  series: readonly SeriesWithTasks[];
  houses: readonly { key: string; name: string }[];
  house?: string;
}

function TasksPage({ cases, series, houses, house }: TasksPage) {
  return (
    <>
      <h1>Aufgaben</h1>
      <p class="quiet">Was die Häuser zu ihren Absagen noch zu tun haben, die nächste Vorstellung zuerst.</p>
      <form class="filter" method="get" action="/aufgaben">
        <HouseField houses={houses} house={house} any="alle Häuser" />
        <button type="submit" class="second">
          Anzeigen
        </button>
      </form>
      {cases.length + series.length === 0 && <p class="none">Es ist nichts offen.</p>}
      {series.map(({ id, title, links, startsAt, tasks }) => (
        <section class="sheet" id={`serie-${id}`}>
          <h2>
            <a href={`${links.page}#aufgaben`}>{`Serie: ${title}`}</a>
          </h2>
          <p class="facts">{`ab ${dayAndTime(startsAt)} · dort einmal für alle abhaken`}</p>
          <ul class="todo">
            {tasks.map(({ house: of, text, contact, items, isForAll }) => (
              <li>
                {`${of}: ${text}`}
                {!isForAll && <span class="facts">{`VA-Nr. ${numbersOf(items)}`}</span>}
                {contact && (
                  <span class="facts">
                    {contact.name}: <Phone phone={contact.phone} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {cases.map((each) => (
        <section class="sheet">
          <h2>
            <a href={casePage(each)}>{each.title}</a>
          </h2>
          <p class="facts">{`${dayAndTime(each.startsAt)} · ${each.venue} · ${each.house} ${each.eventNumber}`}</p>
          <ul class="todo">
            {each.tasks.map(({ text, contact }) => (
              <li>
                {text}
                {contact && (
                  <span class="facts">
                    {contact.name}: <Phone phone={contact.phone} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
