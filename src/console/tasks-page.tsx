import type { FastifyInstance } from 'fastify';
import { openTasksQuery } from '../api/schemas';
import { parseAs } from '../api/validation';
import { housesFor } from '../cases/caller';
import { listOpenTasks, type CaseWithTasks } from '../cases/house-tasks';
import { casePage } from '../domain/addresses';
import { dayAndTime } from '../domain/clock';
import { HouseField, Phone } from './components';
import type { ConsoleDependencies } from './dependencies';
import { show } from './show';

/** What the houses still have to do, of all cases. */
export function registerTasksPage(app: FastifyInstance, deps: ConsoleDependencies): void {
  app.get('/aufgaben', async (request, reply) => {
    const { haus } = request.query as { haus?: string };
    const { house } = parseAs(openTasksQuery, { house: haus || undefined });
    const { cases } = await listOpenTasks(deps, request.caller, { house });
    const houses = housesFor(deps.houses, request.caller, 'see');
    return show(deps, request, reply, { title: 'Aufgaben', here: '/aufgaben' }, () => (
      <TasksPage {...{ cases, houses, house }} />
    ));
  });
}

interface TasksPage {
  cases: readonly CaseWithTasks[];
  houses: readonly { key: string; name: string }[];
  house?: string;
}

function TasksPage({ cases, houses, house }: TasksPage) {
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
      {cases.length === 0 && <p class="none">Es ist nichts offen.</p>}
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
