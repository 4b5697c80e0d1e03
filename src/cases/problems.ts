import { ActionInDoubt, ActionNotPossible, WorkersUnavailable } from '../client';
import { KnownFailure } from '../domain/failures';
import { WRONG_HOST } from '../own-hosts';
import type { CancellationView } from './view';

/** Every problem that the API answers with (RFC 9457): status and German title by code. */
export const PROBLEMS = {
  'malformed-request': { status: 400, title: 'Die Anfrage ist nicht lesbar oder unvollständig.' },
  'invalid-value': { status: 422, title: 'Eine Angabe ist nicht möglich.' },
  unauthorized: { status: 401, title: 'Dafür ist eine gültige Anmeldung nötig.' },
  'stale-page': {
    status: 403,
    title: 'Diese Seite war zu lange offen. Bitte neu laden und noch einmal versuchen.',
  },
  'no-cookies': {
    status: 403,
    title: 'Die Seiten von Absage brauchen Cookies, und Ihr Browser hat keines mitgeschickt.',
  },
  'not-allowed': { status: 403, title: 'Das ist nicht erlaubt.' },
  'own-order': { status: 403, title: 'Wer eine Absage beauftragt hat, gibt sie nicht selbst frei.' },
  'person-needed': {
    status: 403,
    title: 'Das entscheidet eine Person, die sich selbst anmeldet, kein Programm.',
  },
  'house-not-found': { status: 404, title: 'Dieses Haus gibt es nicht.' },
  'cancellation-not-found': { status: 404, title: 'Diese Absage gibt es nicht.' },
  'series-not-found': { status: 404, title: 'Diese Serie gibt es nicht.' },
  'event-not-found': { status: 404, title: 'Diese Veranstaltung gibt es in diesem Haus nicht.' },
  'task-not-found': { status: 404, title: 'Diese Aufgabe hat die Absage nicht.' },
  'not-found': { status: 404, title: 'Diese Adresse gibt es nicht.' },
  'method-not-allowed': { status: 405, title: 'Diese Methode ist hier nicht möglich.' },
  'not-acceptable': { status: 406, title: 'In dieser Form gibt es das nicht.' },
  'plan-changed': { status: 409, title: 'Was abgesagt werden soll, steht inzwischen anders in Jet.' },
  'conflicting-cancellation': { status: 409, title: 'Für diese Veranstaltung gibt es bereits eine Absage.' },
  'held-by-stranger': {
    status: 409,
    title: 'Ein fremder Lauf in Temporal belegt diese Veranstaltung. Es wurde nichts begonnen.',
  },
  'action-not-possible': { status: 409, title: 'Das ist im Moment nicht möglich.' },
  'other-case': { status: 409, title: 'Gemeint war eine andere Absage dieser Veranstaltung.' },
  'key-reused': { status: 422, title: 'Dieser Idempotency-Key wurde schon verwendet.' },
  'request-timeout': { status: 408, title: 'Die Anfrage kam nicht rechtzeitig vollständig an.' },
  'payload-too-large': { status: 413, title: 'Die Anfrage ist zu groß.' },
  'wrong-host': WRONG_HOST,
  'unsupported-media-type': { status: 415, title: 'Die Anfrage muss JSON in UTF-8 sein.' },
  'too-many-requests': {
    status: 429,
    title: 'Das waren zu viele Anfragen in kurzer Zeit. Bitte etwas später noch einmal versuchen.',
  },
  'headers-too-large': { status: 431, title: 'Die Kopfzeilen der Anfrage sind zu groß.' },
  'jet-unavailable': { status: 503, title: 'Jet antwortet nicht.' },
  'gateway-unknown': {
    status: 503,
    title:
      'Das Gateway hat noch nicht gesagt, ob ein echtes Jet dahintersteht. Ohne Anmeldung nimmt Absage bis dahin weder Aufträge noch Eingriffe an. Es wurde nichts begonnen.',
  },
  'workers-unavailable': {
    status: 503,
    title: 'Absage kann gerade nicht antworten. Laufende Absagen gehen weiter.',
  },
  'journal-unavailable': { status: 503, title: 'Das Logbuch ist nicht erreichbar.' },
  'pdf-busy': {
    status: 503,
    title:
      'Gerade werden zu viele Protokolle als PDF verlangt. Bitte in einigen Sekunden noch einmal versuchen.',
  },
  internal: { status: 500, title: 'Unerwarteter Fehler in Absage.' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface FieldError {
  path: string;
  text: string;
}

/** Ends a request with a problem. `extra` is added to the problem's own members, and must never hold a secret. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly extra: Pick<ProblemBody, 'errors' | 'cancellation'> = {},
    readonly circumstances: {
      /** What was asked may have been noted all the same. */
      isInDoubt?: boolean;
      /** Before that it is no use to ask again. */
      retryAfterSeconds?: number;
      /** The case is there, and of a house that the caller may not act for: the log says so, the answer does not. */
      isForeign?: boolean;
    } = {},
  ) {
    super(detail ?? code);
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** The problem of a failed use case; `null`: an error that no use case foresees. */
export function knownProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof ActionNotPossible) return new Problem('action-not-possible', error.message);
  if (error instanceof ActionInDoubt)
    return new Problem('action-not-possible', error.message, {}, { isInDoubt: true });
  if (error instanceof WorkersUnavailable) return new Problem('workers-unavailable', error.detail);
  return error instanceof KnownFailure ? fromKnownFailure(error) : null;
}

function fromKnownFailure({ code }: KnownFailure): Problem {
  if (code === 'journal-unavailable' || code === 'journal-behind') return new Problem('journal-unavailable');
  if (code === 'house-not-configured') return new Problem('house-not-found');
  return new Problem('jet-unavailable');
}

/** The body of an answer with a problem (RFC 9457). */
export interface ProblemBody {
  type: 'about:blank';
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  errors?: FieldError[];
  cancellation?: CancellationView | null;
  /** Names what the installation's traces hold of the request; absent: nothing. */
  traceId?: string;
}

export function toBody({ code, status, detail, extra }: Problem): ProblemBody {
  return { type: 'about:blank', title: PROBLEMS[code].title, status, code, detail, ...extra };
}
