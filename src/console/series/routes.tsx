import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../../api/faults';
import { seriesBodies, seriesListQuery, seriesTickBody } from '../../api/schemas';
import { logRefusal } from '../../api/security-log';
import { sendSeriesProtocol } from '../../api/series-protocol';
import { parseAs } from '../../api/validation';
import { housesFor, mayDo, type Caller } from '../../cases/caller';
import type { LiveCases } from '../../cases/live';
import { actOnSeries, resumeSeries, type SeriesAct } from '../../cases/series';
import { readSeriesTasks, tickSeriesTask, type SeriesTickRequest } from '../../cases/series-tasks';
import { ACTION_PATHS, listSeriesViews, readSeriesView } from '../../cases/series-view';
import { isSeriesApproval, type SeriesAction } from '../../domain/series-vocabulary';
import type { Right } from '../../domain/rights';
import { IN_A_FRAME } from '../content-policy';
import type { ConsoleDependencies } from '../dependencies';
import { keptTicks, textsOf, TICKED, toDraft, type Draft } from '../forms';
import type { KeptForms } from '../kept-forms';
import type { LivePages } from '../live-routes';
import { show } from '../show';
import { renderStandFrame, STAND } from '../stand-frame';
import { keptForm, NOT_CARRIED_OUT } from '../turned-away';
import { SeriesListPage } from './list';
import { ONLY, SeriesPage, seriesRegions, standOf } from './page';
import { faultsOf, isSeriesEnd } from './words';

const PAGE = '/serien/:seriesId';

/** The list of series, the page that each is run from, and one form for each action. */
export function registerSeries(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): void {
  app.get('/serien', async (request, reply) => {
    const { weiter } = request.query as { weiter?: string };
    const { cursor } = parseAs(seriesListQuery, { cursor: weiter || undefined });
    const { series, nextCursor } = await listSeriesViews(deps, request.caller, cursor ?? null);
    const older = nextCursor && `/serien?${new URLSearchParams({ weiter: nextCursor })}`;
    return show(deps, request, reply, { title: 'Serien', here: '/serien' }, () => (
      <SeriesListPage
        {...{ series, older }}
        mayOrder={housesFor(deps.houses, request.caller, 'order').length > 0}
      />
    ));
  });

  const showSeries = async (
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: { faults: readonly string[]; draft: Draft } = { faults: [], draft: {} },
  ) => {
    const id = idIn(request);
    const [view, tasks] = await Promise.all([
      readSeriesView(deps, request.caller, id),
      shownTasks(deps, request.caller, id),
    ]);
    const isNarrowed = isNarrow(request.query);
    const live = isNarrowed ? `${view.links.page}?${ONLY}=braucht` : view.links.page;
    const frame = { title: view.title, here: '/serien', live, hasStand: true } as const;
    return show(deps, request, reply, frame, (csrfToken) => (
      <SeriesPage {...{ view, tasks, may: mayIn(request.caller), csrfToken, isNarrowed, ...attempt }} />
    ));
  };

  app.get(PAGE, async (request, reply) => {
    const form = await keptForm(kept, request);
    return showSeries(request, reply, form ? { faults: [NOT_CARRIED_OUT], draft: form.fields } : undefined);
  });

  app.get(`${PAGE}/${STAND}`, { config: { isFrame: true }, helmet: IN_A_FRAME }, async (request, reply) => {
    const view = await readSeriesView(deps, request.caller, idIn(request));
    return reply.type('text/html; charset=utf-8').send(renderStandFrame(standOf(view)));
  });

  const forms = { '': 'text/html', '.pdf': 'application/pdf', '.json': 'application/json' } as const;
  for (const [extension, type] of Object.entries(forms)) {
    app.get(`${PAGE}/protokoll${extension}`, async (request, reply) => {
      if (type === 'application/pdf') await request.spend('pdfs');
      const page = `/serien/${idIn(request)}`;
      const links = {
        pdf: `${page}/protokoll.pdf`,
        json: `${page}/protokoll.json`,
        back: page,
        backText: 'Zurück zur Serie',
      };
      return sendSeriesProtocol(deps, request.caller, reply, idIn(request), type, links);
    });
  }

  app.post(`${PAGE}/aufgaben/:task`, async (request, reply) => {
    const { task } = request.params as { task: string };
    await tickSeriesTask(deps, request.caller, idIn(request), task, toTick(request.body));
    return reply.redirect(`/serien/${idIn(request)}#aufgaben`, 303);
  });

  for (const [action, path] of Object.entries(ACTION_PATHS)) {
    // What a second person says has a page of its own.
    if (isSeriesApproval(action as SeriesAction)) continue;
    // Whoever loads the answer to a form again by its address wants the series.
    app.get(`${PAGE}/${path}`, (request, reply) => reply.redirect(`/serien/${idIn(request)}`, 303));
    app.post(`${PAGE}/${path}`, async (request, reply) => {
      const draft: Draft = { ...toDraft(request.body), ...keptTicks(request.body), action: path };
      try {
        await act(deps, request, action as keyof typeof ACTION_PATHS, draft);
        return await reply.redirect(`/serien/${idIn(request)}`, 303);
      } catch (error) {
        const problem = toProblem(error as Error);
        if (problem.status >= 500 || problem.status === 404) throw problem;
        logRefusal(request, problem);
        return showSeries(request, reply.status(problem.status), { faults: faultsOf(problem), draft });
      }
    });
  }
}

/** Without them the page lacks nothing else. */
async function shownTasks(deps: ConsoleDependencies, caller: Caller, seriesId: string) {
  const { tasks } = await readSeriesTasks(deps, caller, seriesId).catch(() => ({ tasks: [] }));
  return tasks;
}

/** An empty field is no note. */
function toTick(body: unknown): SeriesTickRequest {
  const { done, note, house, nummern } = body as Record<string, string | undefined>;
  return parseAs(seriesTickBody, {
    done: done === 'true',
    note: note?.trim() || undefined,
    house,
    eventNumbers: nummern?.split(' '),
  });
}

async function act(
  deps: ConsoleDependencies,
  request: FastifyRequest,
  action: SeriesAction | 'resume-series',
  draft: Draft,
): Promise<void> {
  const { caller, body } = request;
  const asked = parseAs(seriesBodies[ACTION_PATHS[action] as keyof typeof seriesBodies], {
    reason: draft.reason,
    ...(draft.gewaehlte && { items: chosenIn(body) }),
    ...(draft.house && {
      notice: { house: draft.house, number: Number(draft.number) },
      choice: draft.choice,
    }),
  }) as SeriesAct;
  if (action === 'resume-series') await resumeSeries(deps, caller, idIn(request), asked);
  else await actOnSeries(deps, caller, idIn(request), action, asked);
}

/** The rows whose boxes were ticked. */
function chosenIn(body: unknown): { house: string; eventNumber: string }[] {
  return textsOf(body, TICKED).map((text) => {
    const [house = '', eventNumber = ''] = text.split(' ');
    return { house, eventNumber };
  });
}

function idIn({ params }: Pick<FastifyRequest, 'params'>): string {
  return (params as { seriesId: string }).seriesId;
}

function isNarrow(query: unknown): boolean {
  return (query as Record<string, unknown>)[ONLY] === 'braucht';
}

function mayIn(caller: Caller) {
  return (house: string, what: Right) => mayDo(caller, house, what);
}

/** The lists are read from every line of every case: less often than the rows. */
const TASKS_EVERY_MS = 10_000;

/** Reads at most so often, or when it has to be now. */
function atMostEvery<T>(everyMs: number, read: () => Promise<T>): (isNow: boolean) => Promise<T> {
  let known: { value: T; at: number } | null = null;
  return async (isNow) => {
    if (!known || isNow || Date.now() - known.at >= everyMs) known = { value: await read(), at: Date.now() };
    return known.value;
  };
}

/** What keeps the page of a series up to date. */
export function liveSeries(deps: ConsoleDependencies, live: LiveCases): LivePages {
  return {
    path: /^\/serien\/(?<seriesId>[0-9a-f-]{36})$/,
    async *states({ caller }, { parts, query, csrfToken }, signal) {
      const isNarrowed = isNarrow(query);
      const readTasks = atMostEvery(TASKS_EVERY_MS, () => shownTasks(deps, caller, parts.seriesId ?? ''));
      for await (const reading of live.watchSeries(caller, parts.seriesId ?? '', signal)) {
        const view = 'value' in reading ? reading.value : null;
        const tasks = view ? await readTasks(isSeriesEnd(view.state)) : [];
        yield (
          view && {
            regions: seriesRegions({ view, tasks, may: mayIn(caller), csrfToken, draft: {}, isNarrowed }),
            isLast: isSeriesEnd(view.state),
          }
        );
      }
    },
  };
}
