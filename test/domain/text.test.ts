import { addMonths, clockTime, isInstant, isLocalDate, longDate, viennaDate } from '../../src/domain/clock';
import { addReason, removeReason } from '../../src/domain/memo';
import { actorFault, normaliseText, textFault } from '../../src/domain/text';

describe('text', () => {
  it.each(['{{x}}', '<b>', 'eins\n.\nzwei', '=HYPERLINK()', 'Ä👩‍👩‍👧‍👦', 'a'.repeat(2_000)])(
    'takes %p as it is',
    (text) => {
      expect(textFault(normaliseText(text))).toBeNull();
    },
  );

  it.each([
    '',
    ' \t ',
    '\u200b\u200d',
    '\u2800',
    '\u034f\u17b4\ufe0f',
    'a\u0000b',
    'a\tb',
    'a\u0085b',
    'a\u202eb',
    'a\u2028b',
    'a\ufeffb',
    'a\ud800',
    'a'.repeat(2_001),
  ])('refuses %p', (text) => expect(textFault(normaliseText(text))).toEqual(expect.any(String)));

  it('is stored trimmed, composed and with LF', () => {
    expect(normaliseText('  A\u0308\r\nb\rc ')).toBe('Ä\nb\nc');
  });
});

describe("an actor's name", () => {
  it.each(['Käthe Müller-Ő, Kartenbüro', 'a'.repeat(200), '\u{1f3ad}'.repeat(200)])('may be %j', (name) => {
    expect(actorFault(name)).toBeNull();
  });

  it.each([
    ['', 'darf nicht leer sein'],
    ['a'.repeat(201), 'ist zu lang'],
    ['\u{1f3ad}'.repeat(201), 'ist zu lang'],
    ['a'.repeat(2_001), 'ist zu lang'],
    ['Kasse\nnebenan', 'darf nur eine Zeile haben'],
    ['Anna\u202e', 'enthält ein Steuerzeichen für die Schreibrichtung'],
  ])('cannot be %j', (name, fault) => expect(actorFault(name)).toBe(fault));
});

describe('the memo', () => {
  it('gets the reason once, before the old text, which stays byte for byte', () => {
    const once = addReason('alt\r\nZeile', 'Grund');
    expect(once).toBe('Grund\n\nalt\r\nZeile');
    expect(addReason(once, 'Grund')).toBe(once);
    expect(addReason(once.replaceAll('\n', '\r\n'), 'Grund')).toBe(once.replaceAll('\n', '\r\n'));
  });

  it('is the reason alone where there was none, and empty again afterwards', () => {
    expect(addReason(null, 'Grund')).toBe('Grund');
    expect(addReason(' ', 'Grund')).toBe('Grund');
    expect(removeReason('Grund', 'Grund')).toBeNull();
    expect(removeReason('Grund\n\nneu', 'Grund')).toBe('neu');
    expect(removeReason('anders', 'Grund')).toBe('anders');
  });
});

describe('times', () => {
  it('are read as people in Vienna read them', () => {
    expect(clockTime('2026-11-24T17:17:00.000Z')).toBe('18.17 Uhr');
    expect(longDate('2027-01-05T18:30:00.000Z')).toBe('Di., 5. Jänner 2027');
    expect(viennaDate('2026-12-31T23:30:00.000Z')).toBe('2027-01-01');
  });

  it('exist', () => {
    expect(isInstant('2026-12-12T19:30:00+01:00')).toBe(true);
    expect(isInstant('2026-12-12T19:30Z')).toBe(true);
    for (const text of [
      '2026-02-30T19:30:00+01:00',
      '2026-12-12T19:30:00',
      '2026-12-12',
      '2026-12-12T24:00:00Z',
      'x',
    ]) {
      expect(isInstant(text)).toBe(false);
    }
    expect(isLocalDate('2028-02-29')).toBe(true);
    expect(isLocalDate('2027-02-29')).toBe(false);
  });

  it('end a shorter month on its last day', () => {
    expect(addMonths('2026-08-31', 6)).toBe('2027-02-28');
    expect(addMonths('2026-11-24', 6)).toBe('2027-05-24');
    expect(addMonths('9999-12-01', 6)).toBe('9999-12-31');
  });
});
