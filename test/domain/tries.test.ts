import { attentionText, FAILURES, failureSentence, type FailureCode } from '../../src/domain/failures';
import { triesText, type ToldTries } from '../../src/domain/tries';

const NOW = '2026-11-24T18:30:30.000+01:00';

const told = (changes: Partial<ToldTries> = {}) =>
  triesText(
    {
      step: 'set-storno',
      attempt: 3,
      since: '2026-11-24T18:29:00.000+01:00',
      code: 'jet-unavailable',
      nextAttemptAt: '2026-11-24T18:31:00.000+01:00',
      isAsked: false,
      answer: null,
      ...changes,
    },
    NOW,
  );

it('says what does not answer, since when it is tried, which try comes next and when', () => {
  expect(told()).toBe(
    'Jet antwortet nicht. Versucht seit 18.29 Uhr, bisher 2 Mal. Nächster Versuch um 18.31 Uhr.',
  );
});

it('says that a try is under way', () => {
  expect(told({ nextAttemptAt: null })).toBe(
    'Jet antwortet nicht. Versucht seit 18.29 Uhr, bisher 2 Mal. Gerade läuft der nächste Versuch.',
  );
});

it('says nothing of a time that it does not know', () => {
  expect(told({ since: null })).toBe(
    'Jet antwortet nicht. Versucht bisher 2 Mal. Nächster Versuch um 18.31 Uhr.',
  );
});

it('names the day of a try that began on another day', () => {
  expect(told({ since: '2026-11-23T23:59:00.000+01:00' })).toContain(
    'seit Mo., 23. November 2026, 23.59 Uhr,',
  );
});

// Nothing was tried yet.
it('says of a check that it waits for its turn', () => {
  expect(told({ step: 'check', code: 'check-waits' })).toBe(
    'Die Prüfung wartet, bis andere Prüfungen dieses Hauses fertig sind. Sie wartet seit 18.29 Uhr, nächster Versuch um 18.31 Uhr.',
  );
  expect(told({ step: 'check', code: 'check-waits', isAsked: true, since: null, nextAttemptAt: null })).toBe(
    'Gerade wird nachgesehen.',
  );
});

it('leaves the failure to an open question about it', () => {
  expect(told({ isAsked: true })).toBe(
    'Versucht seit 18.29 Uhr, bisher 2 Mal. Nächster Versuch um 18.31 Uhr.',
  );
});

it.each([
  ['maintenance', 'Jet meldet, dass es nicht verfügbar ist, etwa wegen einer Wartung.'],
  ['error', 'Jet antwortet mit einem Fehler.'],
  ['too-many-requests', 'Jet nimmt gerade keine weiteren Anfragen an.'],
] as const)('says what Jet has answered last, beside a question too: %s', (answer, sentence) => {
  expect(told({ answer })).toMatch(new RegExp(`^${sentence} Versucht seit`));
  expect(told({ answer, isAsked: true })).toMatch(new RegExp(`^${sentence} Versucht seit`));
  expect(attentionText('jet-unavailable', { answer })).toBe(
    `${sentence} Es ist nichts verloren. Absage versucht es weiter.`,
  );
});

it('says no number that it does not know', () => {
  expect(told({ attempt: null, since: null })).toBe('Jet antwortet nicht. Nächster Versuch um 18.31 Uhr.');
});

describe('in Connect Online', () => {
  const look = (changes: Partial<ToldTries> = {}) => told({ step: 'verify-channel', ...changes });

  it('"not yet" is no failure: it says when the next look is', () => {
    expect(look({ code: 'channel-not-showing-storno' })).toBe('Nächste Prüfung 18.31 Uhr.');
    expect(look({ code: 'channel-not-showing-storno', nextAttemptAt: null })).toBe(
      'Gerade wird nachgesehen.',
    );
  });

  it('a look that did not succeed says so, since when it is tried, and how often', () => {
    expect(look({ code: 'channel-unavailable' })).toBe(
      'Connect Online ist nicht erreichbar. Versucht seit 18.29 Uhr, bisher 2 Mal. Nächster Versuch um 18.31 Uhr.',
    );
  });
});

it.each(Object.keys(FAILURES) as FailureCode[])('has one whole sentence for %s', (code) => {
  const sentence = failureSentence(code);
  expect(sentence).toMatch(/^[A-ZÄÖÜ][^.?!]{10,}[.?]$/);
  expect(FAILURES[code].text.startsWith(sentence)).toBe(true);
});

it.each([
  ['mail-server-unavailable', 'Der Mailserver nimmt die E-Mail an Ö-Ticket gerade nicht an.'],
  ['journal-unavailable', 'Das Logbuch kann nicht geschrieben werden.'],
] as const)('takes the words of the failure table: %s', (code, sentence) => {
  expect(failureSentence(code)).toBe(sentence);
});
