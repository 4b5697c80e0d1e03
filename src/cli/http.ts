import { userInfo } from 'node:os';
import type { CancellationView } from '../api/view';
import type { ListedCancellation } from '../api/lists';
import type { FieldError } from '../api/problems';

export type { CancellationView, ListedCancellation };

/** An answer of the API that is a problem, with what it said. */
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

/** An event in a list; with `externalMemo` and `limits` when it is asked for alone. */
export interface ListedEvent {
  house: string;
  eventNumber: string;
  title: string;
  customerTitle: string | null;
  status: string;
  startsAt: string;
  venue: string;
  location: string;
  soldViaPartner: boolean;
  cancellation: string | null;
}

export interface PlanView {
  cancellable: boolean;
  refusals: { code: string; text: string }[];
  warnings: { code: string; text: string }[];
  steps: {
    name: string;
    label: string;
    before?: Record<string, string | null>;
    after?: Record<string, string | null>;
    earliestAt?: string;
  }[];
  stornoAt: string | null;
  finishedAt: string | null;
  planHash: string;
}

export interface OrderBody {
  house: string;
  eventNumber: string;
  marker: string;
  reason: string;
  expected: { title: string; startsAt: string };
  rightValidUntil?: string;
  planHash?: string;
  allowPastEvent?: boolean;
}

/** Longer than anything that the API itself waits for. */
const DEADLINE_MS = 20_000;

/** The calls that the commands make. Rejects with `ApiProblem`, or with an `Error` when nobody answers. */
export function createApi(baseUrl: string, actor: string = userInfo().username) {
  async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(DEADLINE_MS),
      headers: {
        // A header is Latin-1 on the wire; a name's UTF-8 bytes pass unharmed.
        'x-absage-actor': Buffer.from(actor, 'utf8').toString('latin1'),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((error: unknown) => {
      throw new Error(`Absage ist unter ${baseUrl} nicht erreichbar. Läuft es (npm start)?`, {
        cause: error,
      });
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw toProblem(response.status, answer);
    return answer as T;
  }

  const casePath = (house: string, eventNumber: string) => `/v1/cancellations/${house}/${eventNumber}`;
  return {
    event: (house: string, eventNumber: string) =>
      call<ListedEvent>('GET', `/v1/events/${house}/${eventNumber}`),
    houses: () => call<{ houses: { key: string; name: string }[] }>('GET', '/v1/houses'),
    /** `from`: a day in Vienna. */
    events: (house: string, from: string) =>
      call<{ events: ListedEvent[] }>('GET', `/v1/events?${new URLSearchParams({ house, from })}`),
    plan: (order: OrderBody) => call<PlanView>('POST', '/v1/plans', order),
    cancel: (order: OrderBody) => call<CancellationView>('POST', '/v1/cancellations', order),
    view: (house: string, eventNumber: string) => call<CancellationView>('GET', casePath(house, eventNumber)),
    journal: (house: string, eventNumber: string) =>
      call<{ entries: JournalLine[]; verified: boolean }>('GET', `${casePath(house, eventNumber)}/journal`),
    list: (query: URLSearchParams) =>
      call<{ cancellations: ListedCancellation[]; nextCursor: string | null }>(
        'GET',
        `/v1/cancellations?${query}`,
      ),
    act: (house: string, eventNumber: string, action: 'abort' | 'retry', reason: string) =>
      call<CancellationView>('POST', `${casePath(house, eventNumber)}/${action}`, { reason }),
    isReady: () =>
      call('GET', '/readyz').then(
        () => true,
        () => false,
      ),
  };
}

export interface JournalLine {
  seq: number;
  at: string;
  actor: string;
  kind: string;
  operation: string;
  outcome: string | null;
  hash: string;
}

export type Api = ReturnType<typeof createApi>;

function toProblem(status: number, answer: Record<string, unknown>): ApiProblem {
  const { title, detail, code, errors, cancellation } = answer as {
    title?: string;
    detail?: string;
    code?: string;
    errors?: FieldError[];
    cancellation?: CancellationView;
  };
  const fields = (errors ?? []).map(({ path, text }) => `${path} ${text}`.trim());
  const message = [title ?? `HTTP ${status}`, detail, ...fields].filter(Boolean).join('\n  ');
  return new ApiProblem(status, code ?? 'unknown', message, cancellation ?? null);
}
