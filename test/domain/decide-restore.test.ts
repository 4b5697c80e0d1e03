import type { Choice } from '../../src/domain/vocabulary';
import { announcementOf, decideRestore } from '../../src/domain/decisions';
import type { Announcement, JetEvent } from '../../src/domain/types';
import { anEvent, anOrder } from '../support/examples';
import { anOpening, theMarkedTexts } from '../support/openings';

interface Abort {
  event?: Partial<JetEvent>;
  opening?: ReturnType<typeof anOpening>;
  misstored?: Partial<Announcement>[];
  restored?: Announcement[];
  choice?: Choice;
}

const MARKED = theMarkedTexts();
const ORIGINAL = announcementOf(anEvent());
const { reason: REASON } = anOrder();

/** Decides for a marked event. */
const decide = ({ event, opening = anOpening(), misstored, restored, choice }: Abort) =>
  decideRestore(anEvent({ ...MARKED, ...event }), opening, misstored, restored, choice);

describe('an abort', () => {
  it.each<[string, Partial<JetEvent>]>([
    ['all are marked', {}],
    ['nothing is marked yet', ORIGINAL],
    ['only the titles are', { externalMemo: ORIGINAL.externalMemo }],
  ])('gives the three originals back where %s', (_where, event) => {
    expect(decide({ event })).toEqual({ kind: 'write', texts: ORIGINAL });
  });

  it('gives unused fields back as unused ones', () => {
    const opening = anOpening({ customerTitle: null, externalMemo: null });
    const decision = decide({ event: { customerTitle: '', externalMemo: REASON }, opening });
    expect(decision).toMatchObject({ kind: 'write', texts: { title: ORIGINAL.title, externalMemo: null } });
  });

  it('keeps what a colleague has written and takes only marker and reason off', () => {
    const event = {
      title: 'Die alte Dame – ENTFÄLLT',
      customerTitle: 'Besuch – ENTFÄLLT',
      externalMemo: `${REASON}\n\nEinlass ab 20 Uhr`,
    };
    const texts = { title: 'Die alte Dame', customerTitle: 'Besuch', externalMemo: 'Einlass ab 20 Uhr' };
    expect(decide({ event })).toEqual({ kind: 'write', texts });
  });

  it('leaves a marker that stood there before us, even if a colleague has written beside it', () => {
    const title = 'Die alte Dame – ABGESAGT';
    const customerTitle = null;
    const opening = anOpening({ title: `${ORIGINAL.title} – ABGESAGT`, customerTitle });
    const decision = decide({ event: { title, customerTitle }, opening });
    expect(decision).toMatchObject({ kind: 'write', texts: { title } });
  });

  it.each(['title', 'customerTitle'] as const)('stops at another text in %s, shows it, and asks', (field) => {
    const { before, after } = anOpening().event[field];
    const decision = decide({ event: { [field]: 'Die alte Dame' } });
    expect(decision).toMatchObject({ kind: 'stop', code: 'event-changed' });
    expect(decision).toHaveProperty('conflicts', [{ field, before, ours: after, now: 'Die alte Dame' }]);
  });

  it('stops at a customer title that was emptied', () => {
    expect(decide({ event: { customerTitle: null } })).toMatchObject({ kind: 'stop', code: 'event-changed' });
  });

  it.each<[Choice, string]>([
    ['keep-theirs', 'Die alte Dame'],
    ['write-original', ORIGINAL.title],
  ])('does as a person has said: %s', (choice, title) => {
    const decision = decide({ event: { title: 'Die alte Dame' }, choice });
    expect(decision).toEqual({ kind: 'write', texts: { ...ORIGINAL, title } });
  });

  it('never writes an empty first title', () => {
    const decision = decide({ event: { title: '' }, choice: 'keep-theirs' });
    expect(decision).toMatchObject({ kind: 'stop', code: 'event-changed' });
  });

  it('takes what Jet has made of our texts for ours, each in its own field', () => {
    const stored = { title: 'Der Besuch der alten', externalMemo: 'anders' };
    expect(decide({ event: stored, misstored: [{}, stored] })).toEqual({ kind: 'write', texts: ORIGINAL });
    const elsewhere = { customerTitle: stored.title };
    expect(decide({ event: stored, misstored: [elsewhere] })).toMatchObject({ kind: 'stop' });
  });

  it('takes a field that a save did not name for a colleague’s, also where it is empty now', () => {
    const decision = decide({ event: { customerTitle: null }, misstored: [{ title: 'Der Besuch' }] });
    expect(decision).toMatchObject({ kind: 'stop', code: 'event-changed' });
  });

  it('takes what an earlier attempt of it has written for its own', () => {
    const restored = { ...ORIGINAL, title: 'Die alte Dame' };
    const decision = decide({ event: restored, restored: [ORIGINAL, restored] });
    expect(decision).toEqual({ kind: 'write', texts: restored });
  });
});

describe('an abort that meets a Storno of a colleague', () => {
  const cancelled = { status: 'CANCELLED', statusText: 'Storno' } as const;

  it('stops and shows both statuses', () => {
    const decision = decide({ event: cancelled });
    expect(decision).toMatchObject({ kind: 'stop', code: 'event-changed' });
    expect(decision).toHaveProperty('conflicts', [
      { field: 'status', before: 'Verkaufsfreigabe', ours: null, now: 'Storno' },
    ]);
  });

  it('leaves everything as it stands, once a person has said so', () => {
    expect(decide({ event: cancelled, choice: 'keep-theirs' })).toEqual({ kind: 'leave' });
    expect(decide({ event: cancelled, choice: 'write-original' })).toMatchObject({ kind: 'stop' });
  });
});

describe('an abort that meets our marker, typed anew by a colleague', () => {
  const typedAnew = (text: string | null) => (text ?? '').replace(' – ', '\u00a0‒\u202f');

  it.each([
    ['another blank', 'Der Besuch der alten Dame\u00a0– ENTFÄLLT'],
    ['a narrow blank and another dash', 'Der Besuch der alten Dame\u2009-\u202fENTFÄLLT'],
    ['a soft hyphen in it', 'Der Besuch der alten Dame – ENT\u00adFÄLLT'],
    ['a zero-width blank behind it', 'Der Besuch der alten Dame – ENTFÄLLT\u200b'],
    ['the other marker', 'Der Besuch der alten Dame – ABGESAGT'],
  ])('leaves no marker, byte for byte: %s', (_what, title) => {
    expect(decide({ event: { title } })).toEqual({ kind: 'write', texts: ORIGINAL });
  });

  it('gives a title back whole of which it had to cut the end', () => {
    const opening = anOpening({ limits: { ...anEvent().limits, title: 25, customerTitle: 30 } });
    const { title, customerTitle } = opening.event;
    expect(title.after).toContain('…');
    const event = { title: typedAnew(title.after), customerTitle: typedAnew(customerTitle.after) };
    expect(decide({ event, opening })).toEqual({ kind: 'write', texts: ORIGINAL });
  });

  it('leaves a marker that stood there before, typed anew or not', () => {
    const before = `${ORIGINAL.title} – ABGESAGT`;
    const opening = anOpening({ title: before, customerTitle: null });
    const decision = decide({ event: { title: typedAnew(before), customerTitle: null }, opening });
    expect(decision).toMatchObject({ kind: 'write', texts: { title: typedAnew(before) } });
  });

  it('keeps a colleague’s own text, blanks included', () => {
    const decision = decide({ event: { title: 'Die\u00a0alte Dame\u00a0\u00a0– ENTFÄLLT' } });
    expect(decision).toMatchObject({ kind: 'write', texts: { title: 'Die\u00a0alte Dame\u00a0' } });
  });
});
