import { PROBLEM_STATUS, type ProblemCode } from '../jet/contract';

/** A refusal in the gateway's words. Nothing was written. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: ProblemCode | 'not-found' | 'malformed-request';
  detail?: string;
  /** Present with `value-rejected`. */
  field?: string;
  /** The raw word of the mask. Present with `status-not-cancellable`. */
  current?: string;
}

const TITLES: Record<ProblemCode, string> = {
  'event-not-found': 'Diese Veranstaltung gibt es nicht.',
  'not-in-connect-online': 'Connect Online zeigt diese Veranstaltung nicht.',
  'right-not-found': 'Der Benutzer hat keine erweiterte Stornoberechtigung für diese Veranstaltung.',
  'user-not-found': 'Diesen Benutzer gibt es nicht.',
  'status-not-cancellable': 'Aus diesem Status kann nicht storniert werden.',
  'version-conflict': 'Die Veranstaltung wurde inzwischen gespeichert.',
  'value-rejected': 'Dieser Wert wird nicht angenommen.',
  'version-required': 'Die gelesene Version fehlt (If-Match).',
  unauthorized: 'Die Anmeldung fehlt oder ist falsch.',
  forbidden: 'Dazu fehlt die Berechtigung.',
  'too-many-requests': 'Zu viele Anfragen.',
  maintenance: 'Jet wird gerade gewartet.',
  internal: 'Interner Fehler.',
};

export function problem(
  code: ProblemCode,
  extra: Pick<Problem, 'detail' | 'field' | 'current'> = {},
): Problem {
  return { type: 'about:blank', title: TITLES[code], status: PROBLEM_STATUS[code], code, ...extra };
}

export function malformed(detail: string, status = 400): Problem {
  return {
    type: 'about:blank',
    title: 'Die Anfrage ist nicht zu verstehen.',
    status,
    code: 'malformed-request',
    detail,
  };
}

export function notFound(): Problem {
  return { type: 'about:blank', title: 'Diese Adresse gibt es nicht.', status: 404, code: 'not-found' };
}
