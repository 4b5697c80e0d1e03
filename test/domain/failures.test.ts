import { ACTIONS } from '../../src/domain/vocabulary';
import { CHOICES } from '../../src/domain/vocabulary';
import {
  attentionText,
  FAILURES,
  failureRow,
  isFailureCode,
  KnownFailure,
  type FailureCode,
} from '../../src/domain/failures';

const CODES = Object.keys(FAILURES) as FailureCode[];

/** What each text promises, and what it asks for. The code keeps the promises, so they stand here as well. */
const PROMISES: Record<FailureCode, { safe: string; next: string }> = {
  'jet-unavailable': { safe: 'Es ist nichts verloren.', next: 'Absage versucht es weiter.' },
  'jet-reply-invalid': { safe: 'Es wurde nichts daraus geschlossen', next: 'Bitte den Betrieb des Gateways' },
  'jet-version-conflict': { safe: 'Absage liest sie neu', next: 'versucht es weiter.' },
  'jet-stale-read': { safe: 'Absage liest weiter', next: 'bis der neue Stand sichtbar ist.' },
  'jet-access-denied': {
    safe: 'Es wurde nicht noch einmal versucht',
    next: 'Bitte Zugangsdaten oder Berechtigung',
  },
  'jet-rejected-value': {
    safe: 'Absage hat seither nichts mehr geschrieben.',
    next: 'Bitte in Jet ansehen',
  },
  'jet-rejected-request': {
    safe: 'Mit dieser Anfrage wurde nichts geschrieben.',
    next: 'Bitte den Betrieb des Gateways',
  },
  'check-waits': { safe: 'Es ist nichts verloren.', next: 'Absage versucht es weiter.' },
  'writes-off': { safe: 'Es ist nichts verloren.', next: 'geht es von selbst weiter' },
  'event-changed': { safe: 'Absage hat nichts darübergeschrieben.', next: 'Was soll gelten?' },
  'event-deleted': { safe: 'Absage hat angehalten.', next: 'Bitte in Jet klären' },
  'marker-removed': { safe: 'Der Status wurde nicht verändert.', next: 'Soll er wieder angebracht werden' },
  'status-not-cancellable': {
    safe: 'Absage hat ihn nicht verändert.',
    next: 'Bitte sofort das Ticketing-Team verständigen.',
  },
  'status-changed-after-storno': {
    safe: 'schreibt Ö-Ticket nichts, solange der Status nicht Storno ist',
    next: 'Bitte sofort das Ticketing-Team verständigen.',
  },
  'saved-again-and-again': {
    safe: 'Es ist nichts verloren, der Status ist noch nicht Storno, und so lange wird weiter verkauft.',
    next: 'Bitte klären, wer oder welches Programm speichert.',
  },
  'interval-too-short': { safe: 'Der Status wird so nicht gesetzt.', next: 'unter 15 Minuten' },
  'channel-not-showing-storno': { safe: 'Es ist nichts verloren.', next: 'Absage prüft weiter.' },
  'channel-unavailable': { safe: 'Der Storno ist gesetzt', next: 'Absage prüft weiter.' },
  'right-not-granted': { safe: 'konnte nicht vergeben werden', next: 'Bitte prüfen' },
  'mail-server-unavailable': { safe: 'Es ist nichts verloren.', next: 'Absage versucht es weiter.' },
  'mail-refused': { safe: 'Dort ist sie nicht angekommen.', next: 'Bitte Adresse und Zugang prüfen' },
  'mail-in-doubt': { safe: 'Sie wird nicht von selbst noch einmal gesendet.', next: 'Bitte fragen Sie nach' },
  'journal-unavailable': { safe: 'Ohne Logbuch wird nichts verändert.', next: 'Absage versucht es weiter.' },
  'journal-behind': { safe: 'Absage verändert nichts mehr', next: 'bis das geklärt ist' },
  'house-not-configured': {
    safe: 'In diesem Schritt wurde nichts geschrieben.',
    next: 'Bitte den technischen Betrieb verständigen.',
  },
  'person-step': { safe: 'wird von Hand gemacht', next: 'Bitte die Aufgabe in Jet ausführen' },
  'step-timed-out': { safe: 'Es ist nichts verloren.', next: 'versucht es weiter.' },
  'result-not-ours': { safe: 'Es wurde nicht verwendet', next: 'danach erneut versuchen' },
  internal: { safe: 'Absage versucht es weiter.', next: 'Bitte den technischen Betrieb verständigen.' },
};

/** The attention codes of the contract. */
const CONTRACT = [
  'jet-unavailable',
  'jet-access-denied',
  'jet-rejected-value',
  'event-changed',
  'event-deleted',
  'marker-removed',
  'status-not-cancellable',
  'channel-not-showing-storno',
  'channel-unavailable',
  'right-not-granted',
  'mail-refused',
  'mail-in-doubt',
  'person-step',
];

describe.each(CODES)('%s', (code) => {
  const { kind, text, actions, choices } = failureRow(code);

  it('says what happened, what is safe and what is next', () => {
    const { safe, next } = PROMISES[code];
    expect(text).toContain(safe);
    expect(text).toContain(next);
  });

  it('is written in whole sentences, without codes and English words', () => {
    expect(text).toMatch(/^[A-ZÄÖÜ]/);
    expect(text).toMatch(/[.?]$/);
    expect(text.match(/[.?](\s|$)/g)!.length).toBeGreaterThanOrEqual(2);
    for (const known of [...CODES, ...ACTIONS]) expect(text).not.toMatch(new RegExp(`\\b${known}\\b`));
    expect(text).not.toMatch(/\b(error|failed|retry|timeout|exception|workflow|HTTP|SMTP)\b/i);
  });

  it('offers only actions that exist, each once, and something that is possible', () => {
    expect(actions.length).toBeGreaterThan(0);
    expect(new Set(actions).size).toBe(actions.length);
    for (const action of actions) expect(ACTIONS).toContain(action);
    // Both are about a run as a whole, not about a stuck step; but a wait can be what is stuck.
    expect(actions.includes('skip-wait')).toBe(code === 'saved-again-and-again');
    expect(actions).not.toContain('resume');
  });

  it('asks for a decision exactly when there is a choice', () => {
    expect(actions.includes('decide')).toBe(choices !== undefined);
    for (const choice of choices ?? []) expect(CHOICES).toContain(choice);
  });

  it('says that it is tried further exactly when it is', () => {
    expect(/weiter(?!t)/.test(text) || code === 'jet-stale-read').toBe(kind !== 'terminal');
  });

  it('can be tried again at once when it is tried further', () => {
    expect(kind === 'terminal' || actions.includes('retry')).toBe(true);
  });
});

/** The text used to wait for a status of an event that is not there. */
it('says of an event that was deleted after the Storno what a person can really do', () => {
  const found = ['Die Veranstaltung gibt es in Jet nicht mehr.'];
  const text = attentionText('status-changed-after-storno', { found, situation: 'deleted' });
  expect(text).toMatch(/^Die Veranstaltung gibt es in Jet nicht mehr\. Absage hat angehalten/);
  expect(text).toContain('bitte Ö-Ticket anrufen');
  expect(text).toContain('diese Absage beenden');
  expect(text).not.toContain('wurde die Veranstaltung in Jet geändert');
  const row = failureRow('status-changed-after-storno');
  expect(attentionText('status-changed-after-storno', { situation: 'status/Abschluss' })).toBe(row.text);
  expect(row.actions).toContain('close-by-hand');
});

it.each(CONTRACT)('has a row for %s of the contract', (code) => {
  expect(isFailureCode(code)).toBe(true);
});

it.each(['', 'Jet-Unavailable', 'toString', '__proto__', 'ActionNotPossible', 'Error'])(
  'has no row for %j',
  (text) => {
    expect(isFailureCode(text)).toBe(false);
  },
);

it('leaves a doubtful mail to a person: nothing sends it again by itself', () => {
  expect(FAILURES['mail-in-doubt'].kind).toBe('terminal');
  expect(failureRow('mail-in-doubt').actions).not.toContain('retry');
});

it('does not knock at a locked door again: a refused log-in is terminal', () => {
  expect(FAILURES['jet-access-denied'].kind).toBe('terminal');
});

it('leaves the way to the journal free for nothing but trying again', () => {
  expect(failureRow('journal-behind').actions).toEqual(['retry']);
});

it('carries code and detail for the log', () => {
  const cause = new Error('socket');
  const failure = new KnownFailure('jet-unavailable', 'read-event: no answer', { cause });
  expect(failure).toMatchObject({
    name: 'KnownFailure',
    code: 'jet-unavailable',
    message: 'jet-unavailable: read-event: no answer',
    cause,
  });
});
