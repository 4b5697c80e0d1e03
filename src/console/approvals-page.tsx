import type { FastifyInstance } from 'fastify';
import { listApprovals, type WaitingApproval } from '../cases/approvals';
import { casePage } from '../domain/addresses';
import { dayAndTime } from '../domain/clock';
import { shownName } from '../domain/names';
import { printable } from '../domain/visible';
import type { ConsoleDependencies } from './dependencies';
import { show } from './show';
import { dayAndClock } from './words';

/** `/freigaben`: what waits for a second person, in the houses in which this one may say yes. */
export function registerApprovals(app: FastifyInstance, deps: ConsoleDependencies): void {
  app.get('/freigaben', async (request, reply) => {
    const waiting = await listApprovals(deps, request.caller);
    return show(deps, request, reply, { title: 'Freigaben', here: '/freigaben' }, () => (
      <ApprovalsPage waiting={waiting} />
    ));
  });
}

function ApprovalsPage({ waiting }: { waiting: readonly WaitingApproval[] }) {
  return (
    <>
      <h1>Freigaben</h1>
      <p class="quiet">
        Absagen, die auf eine zweite Person warten. Bis dahin wird in Jet nichts geschrieben, und es wird
        weiter verkauft.
      </p>
      {waiting.length === 0 && <p class="none">Im Moment wartet nichts.</p>}
      <ul class="cases">
        {waiting.map((each) => (
          <li class="case">
            <a href={casePage(each)}>
              <strong>{printable(each.title)}</strong>
              <span class="facts">{`${dayAndTime(each.startsAt)} · ${each.venue} · ${each.house} ${each.eventNumber}`}</span>
            </a>
            <span class="facts">{`von ${shownName(each.requestedBy)} · zu entscheiden bis ${dayAndClock(each.expiresAt)}`}</span>
            {each.isOwn && (
              <span class="facts">
                Das haben Sie selbst beauftragt: freigeben kann es nur jemand anderer aus der Leitung.
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
