import type { JournalLine } from '../cases/case-journal';
import type { CaseWithTasks, SeriesWithTasks, ShownTask, TickRequest } from '../cases/house-tasks';
import type { ListedEvent } from '../cases/events';
import type { ListedCancellation } from '../cases/lists';
import type { PlannedOrder } from '../cases/orders';
import type { ProblemBody } from '../cases/problems';
import type { SeriesApprovalItem } from '../cases/series-approvals';
import type { SeriesTask, SeriesTickRequest } from '../cases/series-tasks';
import type { SeriesPlan } from '../cases/series-plans';
import type { ListedSeries, SeriesView } from '../cases/series-view';
import type { CancellationView } from '../cases/view';
import type { StillAtWork, WritesState } from '../cases/writes';
import { localUser } from './local-user';
import { readToken } from './token';

/** The last part of an action's path. */
export type Action = CancellationView['allowedActions'][number];

export type {
  CancellationView,
  JournalLine,
  ListedCancellation,
  ListedEvent,
  ListedSeries,
  PlannedOrder,
  SeriesPlan,
  SeriesView,
};

/** The API answered with a problem. The message holds its sentences. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly cancellation: CancellationView | null,
  ) {
    super(message);
  }
}

/** Nothing answers there, or something that is not Absage. */
export class NotReachable extends Error {
  override readonly name = 'NotReachable';
}

/** A case: the newest one of the event, unless it is named. */
export interface NamedCase {
  house: string;
  eventNumber: string;
  caseId?: string;
}

export interface SeenBody {
  title: string;
  customerTitle: string | null;
  externalMemo: string | null;
  status: string;
  startsAt: string;
  venue: string;
  location: string;
  organiser: string;
}

export interface OrderBody {
  house: string;
  eventNumber: string;
  marker: string;
  reason: string;
  expected?: { title: string; startsAt: string };
  /** The texts of the mask, for a house without a gateway. */
  seen?: SeenBody;
  rightValidUntil?: string;
  planHash?: string;
  allowPastEvent?: boolean;
}

export interface SeriesItemBody {
  house: string;
  eventNumber: string;
  expected?: { title: string; startsAt: string };
  seen?: SeenBody;
}

export interface SeriesBody {
  title: string;
  marker: string;
  reason: string;
  rightValidUntil?: string;
  allowPastEvent?: boolean;
  planHash?: string;
  items: SeriesItemBody[];
}

/** Longer than any wait of the API itself. */
const DEADLINE_MS = 20_000;

/** The calls of the commands. They reject with `ApiProblem`, or with `Error` when the API does not answer. */
export function createApi(
  baseUrl: string,
  actor: string = localUser() ?? 'cli',
  token = readToken(process.env),
) {
  async function call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> {
    const { response, bytes } = await send(method, path, body);
    const answer = parse(bytes.toString('utf8'));
    if (answer === null) throw new NotReachable(`Unter ${baseUrl} antwortet etwas, das nicht Absage ist.`);
    if (!response.ok) throw toProblem(response.status, answer);
    return answer as T;
  }

  async function send(method: string, path: string, body: unknown, accept?: string) {
    try {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        signal: AbortSignal.timeout(DEADLINE_MS),
        headers: {
          // A header is Latin-1 on the wire, so the name travels as its UTF-8 bytes.
          'x-absage-actor': Buffer.from(actor, 'utf8').toString('latin1'),
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(accept !== undefined && { accept }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { response, bytes: Buffer.from(await response.arrayBuffer()) };
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError';
      throw new NotReachable(isLate ? tooLate(baseUrl) : notReachable(baseUrl), { cause: error });
    }
  }

  const seriesPath = (id: string) => `/v1/series/${encodeURIComponent(id)}`;
  const eventPath = (house: string, eventNumber: string) =>
    `${encodeURIComponent(house)}/${encodeURIComponent(eventNumber)}`;
  const newestPath = ({ house, eventNumber }: NamedCase) =>
    `/v1/cancellations/${eventPath(house, eventNumber)}`;
  const casePath = (named: NamedCase) =>
    named.caseId === undefined ? newestPath(named) : `/v1/cases/${encodeURIComponent(named.caseId)}`;
  return {
    event: (house: string, eventNumber: string) =>
      call<ListedEvent>('GET', `/v1/events/${eventPath(house, eventNumber)}`),
    houses: () => call<{ houses: { key: string; name: string; backend: string }[] }>('GET', '/v1/houses'),
    /** `from` is a day in Vienna. */
    events: (house: string, query: { from: string; text?: string; cursor?: string }) =>
      call<{ events: ListedEvent[]; nextCursor: string | null }>(
        'GET',
        `/v1/events?${new URLSearchParams({ house, ...query })}`,
      ),
    plan: (order: OrderBody) => call<PlannedOrder>('POST', '/v1/plans', order),
    cancel: (order: OrderBody) => call<CancellationView>('POST', '/v1/cancellations', order),
    view: async (named: NamedCase) => {
      const view = await call<CancellationView>('GET', casePath(named));
      requireSameEvent(named, view);
      return view;
    },
    journal: async (named: NamedCase) => {
      const path = `${casePath(named)}/journal`;
      const journal = await call<{ entries: JournalLine[]; verified: boolean }>('GET', path);
      requireSameEvent(named, journal.entries[0]);
      return journal;
    },
    tasks: (which: NamedCase) => call<{ tasks: ShownTask[] }>('GET', `${casePath(which)}/tasks`),
    tick: (which: NamedCase, id: string, request: TickRequest) =>
      call<{ tasks: ShownTask[] }>('POST', `${casePath(which)}/tasks/${encodeURIComponent(id)}`, request),
    openTasks: (house?: string) =>
      call<{ cases: CaseWithTasks[]; series: SeriesWithTasks[] }>(
        'GET',
        `/v1/tasks?${new URLSearchParams(house ? { house } : {})}`,
      ),
    /** The Protokoll, as it is sent: it is not read here. */
    protocol: async (which: NamedCase, type: 'application/json' | 'application/pdf') => {
      const { response, bytes } = await send('GET', `${casePath(which)}/protocol`, undefined, type);
      if (response.ok) return bytes;
      throw toProblem(response.status, parse(bytes.toString('utf8')) ?? {});
    },
    list: (query: URLSearchParams) =>
      call<{ cancellations: ListedCancellation[]; nextCursor: string | null }>(
        'GET',
        `/v1/cancellations?${query}`,
      ),
    /**
     * `request` holds the reason and the details of the action. It is sent to the event and names the case, so that the
     * API compares the two.
     */
    act: (named: NamedCase, action: Action, request: { reason: string; [detail: string]: unknown }) =>
      call<CancellationView>('POST', `${newestPath(named)}/${action}`, { ...request, caseId: named.caseId }),
    planSeries: (order: SeriesBody) => call<{ id: string }>('POST', '/v1/series/plans', order),
    seriesPlan: (id: string) => call<SeriesPlan>('GET', `/v1/series/plans/${encodeURIComponent(id)}`),
    orderSeries: (order: SeriesBody) => call<SeriesView>('POST', '/v1/series', order),
    allSeries: (cursor?: string) =>
      call<{ series: ListedSeries[]; nextCursor: string | null }>(
        'GET',
        `/v1/series?${new URLSearchParams(cursor === undefined ? {} : { cursor })}`,
      ),
    series: (id: string) => call<SeriesView>('GET', seriesPath(id)),
    seriesApproval: (id: string, house: string, number: number) =>
      call<{ items: SeriesApprovalItem[] }>(
        'GET',
        `${seriesPath(id)}/approvals/${encodeURIComponent(house)}/${number}`,
      ),
    seriesTasks: (id: string) => call<{ tasks: SeriesTask[] }>('GET', `${seriesPath(id)}/tasks`),
    tickInSeries: (id: string, task: string, request: SeriesTickRequest) =>
      call<{ tasks: SeriesTask[] }>('POST', `${seriesPath(id)}/tasks/${encodeURIComponent(task)}`, request),
    /** The Protokoll, as it is sent: it is not read here. */
    seriesProtocol: async (id: string, type: 'application/json' | 'application/pdf') => {
      const { response, bytes } = await send('GET', `${seriesPath(id)}/protocol`, undefined, type);
      if (response.ok) return bytes;
      throw toProblem(response.status, parse(bytes.toString('utf8')) ?? {});
    },
    actOnSeries: (id: string, action: string, request: { reason: string; [detail: string]: unknown }) =>
      call<SeriesView>('POST', `${seriesPath(id)}/${action}`, request),
    installation: () => call<{ writes?: WritesState }>('GET', '/v1/installation'),
    switchWrites: (wish: { on: boolean; reason: string }) =>
      call<{ writes: WritesState; atWork: StillAtWork[] }>('PUT', '/v1/installation/writes', wish),
    isReady: () =>
      call('GET', '/readyz').then(
        () => true,
        () => false,
      ),
  };
}

export type Api = ReturnType<typeof createApi>;

/** A case has an address of its own, which says nothing of the event that the person has typed. */
function requireSameEvent({ house, eventNumber }: NamedCase, found: NamedCase | undefined): void {
  if (!found || (found.house === house && found.eventNumber === eventNumber)) return;
  throw new Error(`Dieser Fall gehört zu einer anderen Veranstaltung: ${found.house} ${found.eventNumber}.`);
}

function notReachable(baseUrl: string): string {
  return `Absage ist unter ${baseUrl} nicht erreichbar. Läuft es (absage server, zur Probe npm start), und stimmt die Adresse (ABSAGE_URL)?`;
}

function tooLate(baseUrl: string): string {
  return `Absage hat unter ${baseUrl} nicht rechtzeitig geantwortet. Bitte mit "absage status" nachsehen, was geschehen ist.`;
}

function parse(text: string): object | null {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' ? answer : null;
  } catch {
    return null;
  }
}

/** What the API says of a query is about an option of the command. */
const OPTIONS: readonly string[] = ['from', 'to'];

function toProblem(status: number, answer: Partial<ProblemBody>): ApiProblem {
  const { title, detail, code, errors = [], cancellation } = answer;
  const fields = errors.map(({ path, text }) =>
    `${OPTIONS.includes(path) ? '--' : ''}${path} ${text}`.trim(),
  );
  const hint = code === 'unauthorized' && 'Ihr Token nennen Sie in ABSAGE_TOKEN oder ABSAGE_TOKEN_FILE.';
  const what = title ?? `Hier antwortet etwas anderes als Absage (HTTP ${status}). Bitte --url prüfen.`;
  const message = [what, detail, hint, ...fields].filter(Boolean).join('\n  ');
  return new ApiProblem(status, code ?? 'unknown', message, cancellation ?? null);
}
