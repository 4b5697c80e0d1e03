import type { FastifyInstance } from 'fastify';
import { listQuery } from '../api/schemas';
import { parseAs } from '../api/validation';
import { housesFor } from '../cases/caller';
import { listCancellations, type ListedCancellation, type ListFilter } from '../cases/lists';
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
const NEEDED = { needsAttention: 'true' } as const;

/** The overview. */
export function registerOverview(app: FastifyInstance, deps: ConsoleDependencies): void {
  app.get('/', async (request, reply) => {
    const filter = filterOf(request.query);
    const { offene, weiter } = request.query as Record<string, string | undefined>;
    const isNewest = !offene && !weiter;
    const list = (more: Partial<ListFilter>) =>
      listCancellations(deps, request.caller, { ...filter, ...more });
    const [open, ended] = await Promise.all([
      weiter ? null : list({ state: OPEN, cursor: offene || undefined }),
      offene ? null : list({ state: ENDED, cursor: weiter || undefined }),
    ]);
    // Nobody may have to look for what needs them on a later page.
    const needed = isNewest && open?.nextCursor ? await list(NEEDED) : null;
    const query = new URLSearchParams(request.query as Record<string, string>);
    for (const name of [BY_ITSELF, 'offene', 'weiter']) query.delete(name);
    const frame = {
      title: 'Übersicht',
      here: '/',
      live: isNewest ? `/?${query}` : undefined,
    } as const;
    const pageFrom = (name: string, cursor: string | null | undefined) =>
      cursor ? `/?${new URLSearchParams([...query, [name, cursor]])}` : null;
    const rows = [needed, open, ended].flatMap((page) => page?.cancellations ?? []);
    return show(deps, request, reply, frame, () => (
      <OverviewPage
        filter={{ house: filter.house, day: filter.from }}
        houses={housesFor(deps.houses, request.caller, 'see')}
        mayOrder={housesFor(deps.houses, request.caller, 'order').length > 0}
        regions={overviewRegions([...new Map(rows.map((row) => [keyOf(row), row])).values()])}
        further={pageFrom('offene', open?.nextCursor)}
        older={pageFrom('weiter', ended?.nextCursor)}
      />
    ));
  });
}

/** What keeps it up to date. */
export function liveOverview(deps: ConsoleDependencies, live: LiveCases): LivePages {
  return {
    path: /^\/$/,
    states({ caller }, { query }, signal) {
      const filter = filterOf(query);
      const filters = [NEEDED, { state: OPEN }, { state: ENDED }].map((more) => ({ ...filter, ...more }));
      return overviewStates(live.watchLists(caller, filters, signal));
    },
  };
}

function filterOf(query: unknown) {
  const { haus, tag } = query as Record<string, string | undefined>;
  const given = { house: haus || undefined, from: tag || undefined, to: tag || undefined };
  const { house, from, to } = parseAs(listQuery, given);
  return { house, from, to };
}

function keyOf({
  house,
  eventNumber,
  caseId,
}: Pick<ListedCancellation, 'house' | 'eventNumber' | 'caseId'>): string {
  return `${house}/${eventNumber}/${caseId}`;
}

async function* overviewStates(
  readings: ReturnType<LiveCases['watchLists']>,
): AsyncGenerator<PageState, void> {
  const rows = new Map<string, ListedCancellation>();
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
