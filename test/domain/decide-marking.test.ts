import type { Opening } from '../../src/domain/case';
import { isOfPerformance, type Choice } from '../../src/domain/vocabulary';
import { announcementOf, decideMarking, isSameAnnouncement } from '../../src/domain/decisions';
import { addReason } from '../../src/domain/memo';
import type { JetEvent } from '../../src/domain/types';
import { anEvent, anOrder } from '../support/examples';
import { anOpening, theMarkedTexts } from '../support/openings';

interface Decided {
  event?: Partial<JetEvent>;
  opening?: Opening;
  haveWeMarked?: boolean;
  choice?: Choice;
}

function decide({ event, opening = anOpening(), haveWeMarked = false, choice }: Decided) {
  return decideMarking(anEvent(event), opening, haveWeMarked, choice);
}

const MARKED = theMarkedTexts();
const { title: TITLE, customerTitle: CUSTOMER_TITLE, externalMemo: MEMO } = anEvent();
const { reason: REASON } = anOrder();

describe('marking an event', () => {
  it('writes all three texts of one that is as the check has seen it', () => {
    expect(decide({})).toEqual({ kind: 'write', texts: MARKED });
  });

  it.each<[string, Partial<JetEvent>]>([
    ['the title', { ...MARKED, title: TITLE }],
    ['the customer title', { ...MARKED, customerTitle: CUSTOMER_TITLE }],
    ['the memo', { ...MARKED, externalMemo: MEMO }],
  ])('completes a save that has reached everything but %s', (_which, event) => {
    expect(decide({ event })).toEqual({ kind: 'write', texts: MARKED });
  });

  it.each([true, false])('writes nothing where everything stands (we have marked it: %s)', (haveWeMarked) => {
    expect(decide({ event: MARKED, haveWeMarked })).toEqual({ kind: 'marked' });
  });

  it.each([null, '', '  '])('leaves the customer title %j unused', (customerTitle) => {
    const opening = anOpening({ customerTitle });
    const decision = decide({ event: { customerTitle }, opening });
    expect(decision).toEqual({ kind: 'write', texts: { ...MARKED, customerTitle } });
  });

  it('writes nothing when a colleague has set Storno', () => {
    const decision = decide({ event: { status: 'CANCELLED', statusText: 'Storno' } });
    expect(decision).toEqual({ kind: 'cancelled-already' });
  });

  it.each([
    ['PROVISIONED', 'Bereitstellung'],
    ['CLOSED', 'Abschluss'],
    ['UNKNOWN', 'Gesperrt'],
  ] as const)('stops at the status %s and says which it is', (status, statusText) => {
    const decision = decide({ event: { status, statusText } });
    expect(decision).toMatchObject({ kind: 'stop', code: 'status-not-cancellable' });
    expect(decision).toHaveProperty('detail', expect.stringContaining(statusText));
  });

  it.each<[string, string, Partial<JetEvent>]>([
    ['of another house', 'event-changed', { house: 'LTH' }],
    ['that was moved', 'event-changed', { startsAt: '2027-01-06T19:30:00.000+01:00' }],
    ['in another hall', 'event-changed', { venue: 'Studiobühne' }],
    ['in another town', 'event-changed', { location: 'Krems' }],
    ['of another organiser', 'event-changed', { organiser: 'Andere GmbH' }],
    [
      'moved to another hall, too',
      'event-changed',
      { startsAt: '2027-01-06T19:30:00.000+01:00', venue: 'Studiobühne' },
    ],
    ['saved in the future', 'jet-reply-invalid', { savedAt: '2026-11-04T18:01:00.001+01:00' }],
  ])('stops at an event %s', (_which, code, event) => {
    const moved = Object.entries(event).filter(([field]) => isOfPerformance(field));
    const conflicts = moved.map(([field, now]) => ({ field, now, ours: null }));
    expect(decide({ event })).toMatchObject({ kind: 'stop', code, conflicts });
  });

  it.each<[string, Partial<JetEvent>]>([
    ['named in another zone', { startsAt: '2027-01-05T18:30:00Z' }],
    ['saved a minute ahead of the read', { savedAt: '2026-11-04T18:01:00.000+01:00' }],
  ])('goes on with an event %s', (_which, event) => {
    expect(decide({ event })).toMatchObject({ kind: 'write' });
  });
});

describe('marking an event that a colleague has changed', () => {
  it('keeps their text where it carries the marker', () => {
    const event = { ...MARKED, title: 'Die alte Dame – ENTFÄLLT', customerTitle: CUSTOMER_TITLE };
    const texts = { ...MARKED, title: 'Die alte Dame – ENTFÄLLT' };
    expect(decide({ event })).toEqual({ kind: 'write', texts });
  });

  it.each<[keyof typeof MARKED, string | null]>([
    ['title', 'Die alte Dame'],
    ['title', ''],
    ['customerTitle', 'Die alte Dame'],
    ['customerTitle', null],
    ['externalMemo', 'Einlass ab 20 Uhr'],
  ])('stops at another text in %s (%j), shows all three of it, and asks', (field, now) => {
    const { before, after } = anOpening().event[field];
    const decision = decide({ event: { ...MARKED, [field]: now } });
    expect(decision).toMatchObject({ kind: 'stop', code: 'event-changed' });
    expect(decision).toHaveProperty('conflicts', [{ field, before, ours: after, now }]);
  });

  it.each<[keyof typeof MARKED]>([['title'], ['customerTitle'], ['externalMemo']])(
    'stops when what we have put into %s was taken off, and shows it',
    (field) => {
      const { before, after } = anOpening().event[field];
      const decision = decide({ event: { ...MARKED, [field]: before }, haveWeMarked: true });
      expect(decision).toMatchObject({ kind: 'stop', code: 'marker-removed' });
      expect(decision).toHaveProperty('conflicts', [{ field, before, ours: after, now: before }]);
    },
  );

  it.each(['keep-theirs', 'mark-again'] as const)(
    'adds what is missing to their texts after %s',
    (choice) => {
      const event = { title: 'Die alte Dame', customerTitle: 'Besuch', externalMemo: 'Einlass ab 20 Uhr' };
      const texts = {
        title: 'Die alte Dame – ENTFÄLLT',
        customerTitle: 'Besuch – ENTFÄLLT',
        externalMemo: addReason(event.externalMemo, REASON),
      };
      expect(decide({ event, haveWeMarked: true, choice })).toEqual({ kind: 'write', texts });
    },
  );

  it.each(['write-original', 'adopt', 'send-again'] as const)('is not helped by %s', (choice) => {
    const decision = decide({ event: { ...MARKED, title: 'Die alte Dame' }, choice });
    expect(decision).toMatchObject({ kind: 'stop', code: 'event-changed' });
  });

  it.each([null, '', '  '])('leaves a customer title unused that they have emptied (%j)', (customerTitle) => {
    const decision = decide({
      event: { ...MARKED, customerTitle },
      haveWeMarked: true,
      choice: 'mark-again',
    });
    expect(decision).toEqual({ kind: 'marked' });
  });

  it('cannot do without a first title, whatever was decided', () => {
    const decision = decide({ event: { ...MARKED, title: '  ' }, choice: 'mark-again' });
    expect(decision).toMatchObject({ kind: 'stop', code: 'event-changed' });
  });

  it('stops where the limit leaves no room for their title and the marker', () => {
    const limits = { ...anEvent().limits, customerTitle: 5 };
    const event = { ...MARKED, customerTitle: 'Die alte Dame', limits };
    expect(decide({ event, choice: 'keep-theirs' })).toMatchObject({ kind: 'stop', code: 'event-changed' });
  });
});

describe('the three texts of an event', () => {
  it('are taken without anything else', () => {
    expect(announcementOf(anEvent())).toEqual({
      title: TITLE,
      customerTitle: CUSTOMER_TITLE,
      externalMemo: MEMO,
    });
  });

  it('are the same in any composition, and with an empty field for an unused one', () => {
    const texts = { title: 'Käthchen', customerTitle: null, externalMemo: 'a\nb' };
    const stored = { title: 'Käthchen'.normalize('NFD'), customerTitle: '', externalMemo: 'a\r\nb' };
    expect(isSameAnnouncement(texts, stored)).toBe(true);
  });

  it.each(['title', 'customerTitle', 'externalMemo'] as const)('differ when %s differs', (field) => {
    expect(isSameAnnouncement(MARKED, { ...MARKED, [field]: 'anders' })).toBe(false);
  });
});

describe('a marker that a colleague has typed anew, with what nobody sees', () => {
  const typedAnew = {
    ...MARKED,
    title: 'Der Besuch der alten Dame\u00a0– ENTFÄLLT',
    customerTitle: 'Dürrenmatt: Der Besuch der alten Dame\u2009-\u202fENT\u00adFÄLLT\u200b',
    externalMemo: MARKED.externalMemo.replaceAll(' ', '\u00a0'),
  };

  it('stands: nothing was taken off', () => {
    expect(decide({ event: typedAnew, haveWeMarked: true })).toEqual({ kind: 'marked' });
  });

  it.each(['mark-again', 'keep-theirs'] as const)('is never put on twice by %s', (choice) => {
    const decision = decide({ event: { ...typedAnew, externalMemo: 'Neu' }, haveWeMarked: true, choice });
    const texts = { ...typedAnew, externalMemo: addReason('Neu', REASON) };
    expect(decision).toEqual({ kind: 'write', texts });
  });
});
