import type { FastifyInstance } from 'fastify';
import { listQuery } from '../api/schemas';
import { parseAs } from '../api/validation';
import { housesFor } from '../cases/caller';
import { listCancellations, type ListedCancellation } from '../cases/lists';
import type { LiveCases } from '../cases/live';
import { CASE_STATES, isEnd } from '../domain/vocabulary';
import type { ConsoleDependencies } from './dependencies';
import { OverviewPage, overviewRegions } from './overview';
import type { LivePages } from './live-routes';
import type { PageState } from './regions';
import { BY_ITSELF } from './session';
import { show } from './show';

/** Open cases are listed apart from ended ones, so that no number of ended cases pushes an open one off the page. */
const OPEN = CASE_STATES.filter((state) => !isEnd(state));
const ENDED = CASE_STATES.filter(isEnd);

/** The overview. */
export function registerOverview(app: FastifyInstance, deps: ConsoleDependencies): void {
  app.get('/', async (request, reply) => {
    const filter = filterOf(request.query);
    const isNewest = filter.cursor === undefined;
    const [open, ended] = await Promise.all([
      isNewest ? listCancellations(deps, request.caller, { ...filter, state: OPEN }) : null,
      listCancellations(deps, request.caller, { ...filter, state: ENDED }),
    ]);
    const { nextCursor } = ended;
    const query = new URLSearchParams(request.query as Record<string, string>);
    query.delete(BY_ITSELF);
    const frame = {
      title: 'Übersicht',
      here: '/',
      live: isNewest ? `/?${query}` : undefined,
    } as const;
    if (nextCursor) query.set('weiter', nextCursor);
    return show(deps, request, reply, frame, () => (
      <OverviewPage
        filter={{ house: filter.house, day: filter.from }}
        houses={housesFor(deps.houses, request.caller, 'see')}
        mayOrder={housesFor(deps.houses, request.caller, 'order').length > 0}
        regions={overviewRegions([...(open?.cancellations ?? []), ...ended.cancellations])}
        older={nextCursor && `/?${query}`}
      />
    ));
  });
}

/** What keeps it up to date. */
export function liveOverview(deps: ConsoleDependencies, live: LiveCases): LivePages {
  return {
    path: /^\/$/,
    states({ caller }, { query }, signal) {
      const { cursor: _newestOnly, ...filter } = filterOf(query);
      const filters = [OPEN, ENDED].map((state) => ({ ...filter, state }));
      return overviewStates(live.watchLists(caller, filters, signal));
    },
  };
}

function filterOf(query: unknown) {
  const { haus, tag, weiter } = query as Record<string, string | undefined>;
  const given = { house: haus || undefined, from: tag || undefined, to: tag || undefined };
  const { house, from, to, cursor } = parseAs(listQuery, { ...given, cursor: weiter || undefined });
  return { house, from, to, cursor };
}

async function* overviewStates(
  readings: ReturnType<LiveCases['watchLists']>,
): AsyncGenerator<PageState, void> {
  const rows = new Map<string, ListedCancellation>();
  const keyOf = ({
    house,
    eventNumber,
    caseId,
  }: Pick<ListedCancellation, 'house' | 'eventNumber' | 'caseId'>) => `${house}/${eventNumber}/${caseId}`;
  for await (const reading of readings) {
    if ('error' in reading) {
      yield null;
      continue;
    }
    for (const row of reading.value.gone) rows.delete(keyOf(row));
    for (const row of reading.value.cancellations) rows.set(keyOf(row), row);
    yield { regions: overviewRegions([...rows.values()]) };
  }
}
