import { type ConfirmableStep } from '../../src/domain/vocabulary';
import { CONFIRMABLE_STEPS } from '../../src/domain/vocabulary';
import { readBackFault, type Expectation } from '../../src/domain/read-back';
import { aGuidedOpening } from '../support/openings';

const INCOMPLETE = 'Die Angaben aus der Maske sind unvollständig.';
const MEMO = 'Technische Störung.\n\nEinlass ab 19 Uhr';
const LONG = 'Die Brüder Karamasow in der Bearbeitung für zwei Abende und ein Orchester';

function expectation(changes: Partial<Expectation> = {}): Expectation {
  const { event, right, input } = aGuidedOpening();
  return {
    event,
    right,
    reason: input.order.reason,
    marker: input.policy.marker,
    isAborting: false,
    beganAt: '2026-11-24T18:00:40.000Z',
    now: '2026-11-24T18:40:00.000Z',
    ...changes,
  };
}

const withTitle = (before: string, after: string): Expectation => {
  const given = expectation();
  return { ...given, event: { ...given.event, title: { before, after } } };
};

const RIGHT: Record<ConfirmableStep, object> = {
  'mark-titles': { title: 'Faust – ENTFÄLLT', customerTitle: null, externalMemo: MEMO },
  'set-storno': { status: 'Storno', title: 'Faust – ENTFÄLLT' },
  'verify-channel': { status: 'Storno', transferredAt: '2026-11-24T18:35:00.000Z' },
  'grant-right': { validFrom: '2026-11-24', validUntil: '2027-07-05' },
  'notify-partner': { sentAt: '2026-11-24T18:39:00.000Z' },
};

describe('a read-back that shows the step done', () => {
  it.each(CONFIRMABLE_STEPS)('is taken for %s', (step) => {
    expect(readBackFault(step, RIGHT[step], expectation())).toBeNull();
  });

  it.each<[string, ConfirmableStep, object]>([
    ['without an unused field', 'mark-titles', { title: 'Faust – ENTFÄLLT', externalMemo: MEMO }],
    ['with an empty for an unused field', 'mark-titles', { ...RIGHT['mark-titles'], customerTitle: '' }],
    [
      'in decomposed letters',
      'mark-titles',
      { ...RIGHT['mark-titles'], title: 'Faust – ENTFÄLLT'.normalize('NFD') },
    ],
    ['with blanks around the memo', 'mark-titles', { ...RIGHT['mark-titles'], externalMemo: ` ${MEMO}\r\n` }],
    [
      'with CR LF in the memo',
      'mark-titles',
      { ...RIGHT['mark-titles'], externalMemo: MEMO.replaceAll('\n', '\r\n') },
    ],
    [
      'with a memo whose old text somebody has changed',
      'mark-titles',
      { ...RIGHT['mark-titles'], externalMemo: 'Technische Störung.\n\nEinlass ab 18 Uhr' },
    ],
    ['without a transfer time', 'verify-channel', { status: 'Storno' }],
    [
      'to the minute in which the case began',
      'verify-channel',
      { status: 'Storno', transferredAt: '2026-11-24T18:00:00Z' },
    ],
    ['in another zone', 'verify-channel', { status: 'Storno', transferredAt: '2026-11-24T19:20:00+01:00' }],
    ['by a clock two minutes ahead', 'notify-partner', { sentAt: '2026-11-24T18:42:00Z' }],
    ['with a longer right', 'grant-right', { validFrom: '2026-01-01', validUntil: '2031-12-31' }],
  ])('is taken %s', (_how, step, readBack) => {
    expect(readBackFault(step, readBack, expectation())).toBeNull();
  });

  it.each([
    ['cut by the mask', 'Die Brüder Karamasow in der Bearbeitung – ENTFÄLLT'],
    ['cut inside of a word', 'Die Brüder Karama – ENTFÄLLT'],
    ['shortened with dots', 'Die Brüder Karamasow … – ENTFÄLLT'],
    ['with a plain dash', 'Die Brüder Karamasow - ENTFÄLLT'],
    ['shortened with dots and no blank', 'Die Brüder Karamasow in… – ENTFÄLLT'],
    ['shortened with a blank and dots inside of a word', 'Die Brüder Karama … – ENTFÄLLT'],
    ['shortened to one word with dots', 'Die… – ENTFÄLLT'],
  ])('is taken with a title %s, as long as the marker is whole', (_how, title) => {
    const given = withTitle(LONG, `${LONG} – ENTFÄLLT`);
    expect(readBackFault('set-storno', { status: 'Storno', title }, given)).toBeNull();
  });

  it.each([
    ['are kept', 'Warten … auf Godot – ENTFÄLLT'],
    ['are kept, and others are put at its end', 'Warten … auf Go… – ENTFÄLLT'],
  ])('is taken with a cut title whose own dots %s', (_how, title) => {
    const original = 'Warten … auf Godot und andere';
    const given = withTitle(original, `${original} – ENTFÄLLT`);
    expect(readBackFault('set-storno', { status: 'Storno', title }, given)).toBeNull();
  });

  it('may show a transfer from before the case when the event was Storno before it', () => {
    const { event } = expectation();
    const given = expectation({ event: { ...event, statusText: 'Storno' } });
    const readBack = { status: 'Storno', transferredAt: '2026-11-20T10:00:00Z' };
    expect(readBackFault('verify-channel', readBack, given)).toBeNull();
  });

  it.each([
    ['empty', '', null],
    ['not used', null, ''],
    ['of blanks', '  ', null],
  ])('shows the memo restored that was %s, however an empty field is read', (_what, before, externalMemo) => {
    const { event } = expectation();
    const externalMemoChange = { before, after: 'Technische Störung.' };
    const given = expectation({ event: { ...event, externalMemo: externalMemoChange }, isAborting: true });
    const readBack = { title: 'Faust', customerTitle: null, externalMemo };
    expect(readBackFault('mark-titles', readBack, given)).toBeNull();
  });

  it('is the originals while it is aborted', () => {
    const originals = { title: 'Faust', customerTitle: null, externalMemo: 'Einlass ab 19 Uhr' };
    expect(readBackFault('mark-titles', originals, expectation({ isAborting: true }))).toBeNull();
  });
});

describe('a read-back that does not', () => {
  it.each<[ConfirmableStep, object, string]>([
    [
      'mark-titles',
      { title: 'Faust', customerTitle: null, externalMemo: MEMO },
      'Titel: erwartet „Faust – ENTFÄLLT“, gelesen „Faust“.',
    ],
    [
      'mark-titles',
      { title: 'Faust – ENTFÄLLT', customerTitle: 'Goethe: Faust', externalMemo: MEMO },
      'Titel (Kundensicht): erwartet „“, gelesen „Goethe: Faust“.',
    ],
    [
      'mark-titles',
      { title: 'Faust – ENTFÄLLT', customerTitle: null, externalMemo: 'Einlass ab 19 Uhr' },
      `Externer Memotext: erwartet „${MEMO}“, gelesen „Einlass ab 19 Uhr“.`,
    ],
    [
      'mark-titles',
      { title: 'Faust – ENTFÄLLT', customerTitle: null, externalMemo: null },
      `Externer Memotext: erwartet „${MEMO}“, gelesen „“.`,
    ],
    [
      'set-storno',
      { status: 'Abschluss', title: 'Faust – ENTFÄLLT' },
      'Status: erwartet „Storno“, gelesen „Abschluss“.',
    ],
    [
      'set-storno',
      { status: 'storno', title: 'Faust – ENTFÄLLT' },
      'Status: erwartet „Storno“, gelesen „storno“.',
    ],
    [
      'set-storno',
      { status: 'Storno', title: 'Hamlet – ENTFÄLLT' },
      'Titel: erwartet „Faust – ENTFÄLLT“, gelesen „Hamlet – ENTFÄLLT“.',
    ],
    [
      'verify-channel',
      { status: 'Verkaufsfreigabe' },
      'Status: erwartet „Storno“, gelesen „Verkaufsfreigabe“.',
    ],
    [
      'verify-channel',
      { status: 'Storno', transferredAt: '2026-11-24T17:59:59.999Z' },
      'Übertragen: der Zeitpunkt liegt vor dem Beginn dieser Absage.',
    ],
    [
      'verify-channel',
      { status: 'Storno', transferredAt: '2026-11-24T18:42:00.001Z' },
      'Übertragen: der Zeitpunkt liegt in der Zukunft.',
    ],
    [
      'grant-right',
      { validFrom: '2026-11-24', validUntil: '2027-07-04' },
      'Gültigkeit: erwartet „24.11.2026 bis 05.07.2027“, gelesen „24.11.2026 bis 04.07.2027“.',
    ],
    [
      'grant-right',
      { validFrom: '2026-11-25', validUntil: '2027-07-05' },
      'Gültigkeit: erwartet „24.11.2026 bis 05.07.2027“, gelesen „25.11.2026 bis 05.07.2027“.',
    ],
    [
      'notify-partner',
      { sentAt: '2026-11-23T18:00:00Z' },
      'Gesendet: der Zeitpunkt liegt vor dem Beginn dieser Absage.',
    ],
    ['notify-partner', { sentAt: '2026-11-25T18:00:00Z' }, 'Gesendet: der Zeitpunkt liegt in der Zukunft.'],
  ])('is refused for %s with the difference: %j', (step, readBack, sentence) => {
    expect(readBackFault(step, readBack, expectation())).toBe(sentence);
  });

  it('is refused with a difference that nobody would see, which is shown by its number', () => {
    const readBack = { ...RIGHT['mark-titles'], title: 'Fa\u00adust\u00a0' };
    expect(readBackFault('mark-titles', readBack, expectation({ isAborting: true }))).toBe(
      'Titel: erwartet „Faust“, gelesen „Fa[U+00AD]ust[U+00A0]“.',
    );
  });

  it.each([
    ['whose marker is cut', 'Die Brüder Karamasow in der Bearbeitung – ENTFÄ'],
    ['of nothing but the marker', ' – ENTFÄLLT'],
    ['of nothing but dots and the marker', '… – ENTFÄLLT'],
    ['of another play', 'Die Schwestern – ENTFÄLLT'],
    ['of another play whose last word is cut with dots', 'Die Brüder Löwen… – ENTFÄLLT'],
    ['that is longer than ours', `${LONG} zum Mitsingen – ENTFÄLLT`],
  ])('is refused with a title %s', (_how, title) => {
    const given = withTitle(LONG, `${LONG} – ENTFÄLLT`);
    expect(readBackFault('set-storno', { status: 'Storno', title }, given)).toBe(
      `Titel: erwartet „${LONG} – ENTFÄLLT“, gelesen „${title}“.`,
    );
  });

  it.each([
    ['within the marker', `${LONG} – ENTF`],
    ['before the marker', `${LONG} –`],
  ])('says what is accepted when a mask has cut the title %s', (_where, title) => {
    const given = withTitle(LONG, `${LONG} – ENTFÄLLT`);
    expect(readBackFault('set-storno', { status: 'Storno', title }, given)).toBe(
      `Titel: erwartet „${LONG} – ENTFÄLLT“, gelesen „${title}“. Schneidet die Maske ab, bitte den Titel selbst mit „…“ kürzen und den Zusatz ganz stehen lassen: so wird er angenommen.`,
    );
  });

  it('says what is accepted when a mask has cut the hint', () => {
    const readBack = { ...RIGHT['mark-titles'], externalMemo: 'Technische Stö' };
    expect(readBackFault('mark-titles', readBack, expectation())).toMatch(
      /gelesen „Technische Stö“\. Schneidet die Maske ab: der Hinweis muss ganz dastehen, .* neu beauftragen\.$/,
    );
  });

  it('is refused when a title in use has been left empty', () => {
    const { event } = expectation();
    const customerTitle = { before: 'Goethe: Faust', after: 'Goethe: Faust – ENTFÄLLT' };
    const fault = readBackFault('mark-titles', RIGHT['mark-titles'], {
      ...expectation(),
      event: { ...event, customerTitle },
    });
    expect(fault).toBe('Titel (Kundensicht): erwartet „Goethe: Faust – ENTFÄLLT“, gelesen „“.');
  });

  it('is refused while it is aborted when the marker still stands there', () => {
    const fault = readBackFault('mark-titles', RIGHT['mark-titles'], expectation({ isAborting: true }));
    expect(fault).toBe('Titel: erwartet „Faust“, gelesen „Faust – ENTFÄLLT“.');
  });

  it('is refused while it is aborted when the title is only a part of the original', () => {
    const given = { ...withTitle(LONG, `${LONG} – ENTFÄLLT`), isAborting: true };
    const readBack = { title: 'Die Brüder', customerTitle: null, externalMemo: 'Einlass ab 19 Uhr' };
    expect(readBackFault('mark-titles', readBack, given)).toBe(
      `Titel: erwartet „${LONG}“, gelesen „Die Brüder“.`,
    );
  });
});

describe('a read-back that is none', () => {
  const junk = [null, undefined, 7, true, 'Storno', [], {}, [RIGHT['set-storno']]];

  it.each(CONFIRMABLE_STEPS.flatMap((step) => junk.map((given) => [step, given] as const)))(
    'is refused for %s: %j',
    (step, given) => {
      expect(readBackFault(step, given, expectation())).toBe(INCOMPLETE);
    },
  );

  it.each(
    CONFIRMABLE_STEPS.flatMap((step) =>
      Object.keys(RIGHT[step]).flatMap((field) =>
        [7, [], {}, true].map((value) => [step, field, value] as const),
      ),
    ),
  )('is refused for %s when %s is %j', (step, field, value) => {
    expect(readBackFault(step, { ...RIGHT[step], [field]: value }, expectation())).toBe(INCOMPLETE);
  });

  it.each<[ConfirmableStep, object]>([
    ['grant-right', { validFrom: '2026-11-24', validUntil: '2027-02-30' }],
    ['grant-right', { validFrom: '24.11.2026', validUntil: '05.07.2027' }],
    ['notify-partner', { sentAt: '18.39 Uhr' }],
    ['notify-partner', { sentAt: '2026-11-24T18:39:00' }],
    ['verify-channel', { status: 'Storno', transferredAt: '2026-11-24' }],
  ])('is refused for %s with times that do not exist or have no offset: %j', (step, readBack) => {
    expect(readBackFault(step, readBack, expectation())).toBe(INCOMPLETE);
  });
});
