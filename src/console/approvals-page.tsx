import type { FastifyInstance } from 'fastify';
import {
  listApprovals,
  listSeriesApprovals,
  type WaitingApproval,
  type WaitingSeries,
} from '../cases/approvals';
import { findApprovers, type Approvers } from '../cases/approvers';
import { casePage, seriesApprovalPage } from '../domain/addresses';
import { dayAndTime } from '../domain/clock';
import { shownName } from '../domain/names';
import { printable } from '../domain/visible';
import { approversText } from './approvers-text';
import type { ConsoleDependencies } from './dependencies';
import { performances } from '../domain/series-progress';
import { show } from './show';
import { dayAndClock } from './words';

/** `/freigaben`: what waits for a second person, in the houses in which this one may say yes. */
export function registerApprovals(app: FastifyInstance, deps: ConsoleDependencies): void {
  app.get('/freigaben', async (request, reply) => {
    const { caller } = request;
    const [waiting, series] = await Promise.all([
      listApprovals(deps, caller),
      listSeriesApprovals(deps, caller),
    ]);
    const own = new Set([...waiting, ...series].filter(({ isOwn }) => isOwn).map(({ house }) => house));
    const others = new Map(
      await Promise.all(
        [...own].map(async (house) => [house, await findApprovers(deps, caller, house)] as const),
      ),
    );
    return show(deps, request, reply, { title: 'Freigaben', here: '/freigaben' }, () => (
      <ApprovalsPage {...{ waiting, series, others }} />
    ));
  });
}

interface Inbox {
  waiting: readonly WaitingApproval[];
  series: readonly WaitingSeries[];
  /** Of each house with an order of the person's own: who else could decide. */
  others: ReadonlyMap<string, Approvers | null>;
}

function ApprovalsPage({ waiting, series, others }: Inbox) {
  const whoElse = (house: string) => {
    const approvers = others.get(house);
    return approvers ? ` ${approversText(approvers)}` : '';
  };
  return (
    <>
      <h1>Freigaben</h1>
      <p class="quiet">
        Absagen, die auf eine zweite Person warten. Bis dahin wird in Jet nichts geschrieben, und es wird
        weiter verkauft.
      </p>
      {waiting.length + series.length === 0 && <p class="none">Im Moment wartet nichts.</p>}
      <ul class="cases">
        {series.map((each) => (
          <li class="case">
            <a href={seriesApprovalPage(each.seriesId, each.house)}>
              <strong>{printable(each.title)}</strong>
              <span class="facts">{`Serie: ${performances(each.count)} · die nächste ${dayAndTime(each.startsAt)} · ${each.house}`}</span>
            </a>
            <Asked each={each} whoElse={whoElse(each.house)} />
          </li>
        ))}
        {waiting.map((each) => (
          <li class="case">
            <a href={casePage(each)}>
              <strong>{printable(each.title)}</strong>
              <span class="facts">{`${dayAndTime(each.startsAt)} · ${each.venue} · ${each.house} ${each.eventNumber}`}</span>
            </a>
            <Asked each={each} whoElse={whoElse(each.house)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Asked({ each, whoElse }: { each: WaitingApproval | WaitingSeries; whoElse: string }) {
  return (
    <p class="facts">
      {`von ${shownName(each.requestedBy)} · zu entscheiden bis ${dayAndClock(each.expiresAt)}`}
      {each.isOwn && (
        <>
          <br />
          {`Das haben Sie selbst beauftragt.${whoElse}`}
        </>
      )}
    </p>
  );
}
