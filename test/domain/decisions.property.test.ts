import fc from 'fast-check';
import type { CasePolicy, Opening } from '../../src/domain/case';
import { toInstant, toMs } from '../../src/domain/clock';
import { covers, decideMarking, decideRestore, decideStorno } from '../../src/domain/decisions';
import { decideEvidence } from '../../src/domain/evidence';
import { findMarker, MARKERS, stripMarker } from '../../src/domain/marker';
import { hasReason } from '../../src/domain/memo';
import { isSameText, normaliseText, textFault } from '../../src/domain/text';
import type { Announcement, JetEvent, JetStatus } from '../../src/domain/types';
import { anEvent, aPolicy } from '../support/examples';
import { openingOf } from '../support/openings';

/** The properties return a boolean, because a hundred thousand calls of `expect` would take most of the time. */
const RUNS = { numRuns: 6_000 };
const MANY_RUNS = { numRuns: 20_000 };

const separator = fc.constantFrom(' – ', ' - ', ': ', ' * ', '/', ' —');
const style = fc.record({ position: fc.constantFrom('suffix' as const, 'prefix' as const), separator });

/**
 * Letters, combining marks, dashes, line breaks and markers: everything that titles and memos consist of, and worse.
 */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('ENTFÄLLT', 'ABGESAGT', ' – ', ' - ', ': ', 'Ä', 'A\u0308', '\u0308'),
  },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r\n', '\n\n', '\r', ' ', '\u00a0', '…') },
);
const anyText = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const anyTitle = anyText.filter((text) => text.trim() !== '');
const anyReason = anyText.map(normaliseText).filter((text) => textFault(text) === null);

interface Case {
  event: JetEvent;
  opening: Opening;
  policy: CasePolicy;
  reason: string;
}

/** An event that the check accepts, and the opening that the check writes for it. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    title: anyTitle,
    customerTitle: fc.option(anyText),
    externalMemo: fc.option(anyText),
    reason: anyReason,
    marker: fc.constantFrom(...MARKERS),
    style,
    limit: fc.integer({ min: 16, max: 70 }),
  })
  .map(({ title, customerTitle, externalMemo, reason, marker, style, limit }) => {
    const limits = { title: limit, customerTitle: limit + 10, externalMemo: 400 };
    const event = anEvent({ title, customerTitle, externalMemo, limits });
    const policy = aPolicy({ marker: style });
    const expected = { title: stripMarker(title, style), startsAt: event.startsAt };
    const opening = openingOf({ event, policy, order: { marker, reason, expected } });
    return opening && { event, opening, policy, reason };
  })
  .filter((one) => one !== null);

/** The event as Jet shows it after a save, later and with a new version. */
const save = (event: JetEvent, changes: Partial<JetEvent>): JetEvent => ({
  ...event,
  ...changes,
  version: `${event.version}+`,
  savedAt: event.readAt,
  readAt: toInstant(toMs(event.readAt) + 1_000),
});

/** The event in Jet once step 1 is done. */
function mark({ event, opening }: Case): JetEvent {
  const decision = decideMarking(event, opening, false);
  if (decision.kind === 'write') return save(event, decision.texts);
  if (decision.kind === 'marked') return event;
  throw new Error(`not marked: ${decision.kind}`);
}

function restore(event: JetEvent, { opening }: Case, restored: Announcement[] = []): Announcement {
  const decision = decideRestore(event, opening, [], restored);
  if (decision.kind !== 'write') throw new Error(`not restored: ${decision.kind}`);
  return decision.texts;
}

const FIELDS = ['title', 'customerTitle', 'externalMemo'] as const;

const isUsed = (text: string | null): text is string => (text ?? '').trim() !== '';

/** Compares byte for byte. */
const isEqual = (a: Announcement, b: Announcement) => FIELDS.every((field) => a[field] === b[field]);

describe('marking', () => {
  it('puts marker and reason on, within the limits, and leaves unused fields unused', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { event, opening, policy, reason } = one;
        const marked = mark(one);
        const isWithin = FIELDS.every(
          (field) => marked[field] === event[field] || (marked[field]?.length ?? 0) <= event.limits[field],
        );
        return (
          findMarker(marked.title, policy.marker) === opening.marker &&
          (isUsed(event.customerTitle)
            ? findMarker(marked.customerTitle ?? '', policy.marker) !== null
            : marked.customerTitle === event.customerTitle) &&
          hasReason(marked.externalMemo, reason) &&
          isWithin
        );
      }),
      RUNS,
    );
  });

  it('does it once, however Jet composes letters and breaks lines', () => {
    const stored = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.normalize('NFC'),
      (text: string) => text.normalize('NFD'),
      (text: string) => text.replace(/\r\n?|\n/g, '\r\n'),
    );
    fc.assert(
      fc.property(anyCase, stored, fc.boolean(), (one, store, haveWeMarked) => {
        const marked = mark(one);
        const shown = save(marked, {
          title: store(marked.title),
          customerTitle: marked.customerTitle && store(marked.customerTitle),
          externalMemo: marked.externalMemo && store(marked.externalMemo),
        });
        const back = restore(shown, one);
        const isRestored = FIELDS.every((field) => {
          const { before, after } = one.opening.event[field];
          return isSameText(before, after) ? isSameText(back[field], before) : back[field] === before;
        });
        return decideMarking(shown, one.opening, haveWeMarked).kind === 'marked' && isRestored;
      }),
      RUNS,
    );
  });
});

describe('restoring', () => {
  it('brings the texts back byte for byte, and changes nothing the second time', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const restored = restore(mark(one), one);
        return isEqual(restored, one.event) && isEqual(restore(save(one.event, restored), one), restored);
      }),
      RUNS,
    );
  });

  it('brings them back from any half-written state, which marking would complete', () => {
    const subset = fc.record({
      title: fc.boolean(),
      customerTitle: fc.boolean(),
      externalMemo: fc.boolean(),
    });
    fc.assert(
      fc.property(anyCase, subset, (one, isWritten) => {
        const marked = mark(one);
        const half = save(one.event, {
          title: isWritten.title ? marked.title : one.event.title,
          customerTitle: isWritten.customerTitle ? marked.customerTitle : one.event.customerTitle,
          externalMemo: isWritten.externalMemo ? marked.externalMemo : one.event.externalMemo,
        });
        const completed = mark({ ...one, event: half });
        return isEqual(completed, marked) && isEqual(restore(half, one), one.event);
      }),
      RUNS,
    );
  });

  it("keeps a colleague's title and takes off only the marker, again and again", () => {
    fc.assert(
      fc.property(anyCase, anyTitle, (one, theirs) => {
        const { position, separator } = one.policy.marker;
        const { marker } = one.opening;
        // A marker that was there before the case stays.
        fc.pre(findMarker(one.opening.event.title.before ?? '', one.policy.marker) === null);
        const title = position === 'suffix' ? theirs + separator + marker : marker + separator + theirs;
        const { before, after } = one.opening.event.title;
        fc.pre(!isSameText(title, before) && !isSameText(title, after));
        const edited = save(mark(one), { title });
        const restored = restore(edited, one);
        // A repetition after a lost answer: the texts that this abort wrote are its own.
        const again = restore(save(edited, restored), one, [restored]);
        return isSameText(restored.title, theirs) && isEqual(again, restored);
      }),
      RUNS,
    );
  });

  it('stops at a title that carries neither the marker nor our text, and so do all the others', () => {
    fc.assert(
      fc.property(anyCase, anyTitle, (one, title) => {
        const { before, after } = one.opening.event.title;
        fc.pre(!isSameText(title, before) && !isSameText(title, after));
        fc.pre(findMarker(title, one.policy.marker) === null);
        const edited = save(mark(one), { title });
        const decisions = [
          decideRestore(edited, one.opening),
          decideMarking(edited, one.opening, true),
          decideMarking(edited, one.opening, false),
          decideStorno(edited, one.opening),
        ];
        return decisions.every(({ kind }) => kind === 'stop');
      }),
      RUNS,
    );
  });
});

describe('Storno', () => {
  const STATUSES: readonly JetStatus[] = [
    'ON_SALE',
    'ON_SALE',
    'PROVISIONED',
    'CLOSED',
    'CANCELLED',
    'UNKNOWN',
  ];
  const ageMs = fc.oneof(
    fc.integer({ min: -120_000, max: 3_600_000 }),
    fc.integer({ min: 15 * 60_000 - 2, max: 15 * 60_000 + 2 }),
  );
  const edit = fc.record(
    { title: anyText, customerTitle: fc.option(anyText), externalMemo: fc.option(anyText) },
    { requiredKeys: [] },
  );

  it('is written only from Verkaufsfreigabe, with marker and reason, and a whole interval after the save', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.option(edit),
        fc.constantFrom(...STATUSES),
        ageMs,
        (one, changes, status, age) => {
          const marked = mark(one);
          const readAt = toInstant(toMs(marked.savedAt) + age);
          const event = { ...marked, ...changes, status, readAt };
          const isMarked = (text: string) => findMarker(text, one.policy.marker) !== null;
          const isAllowed =
            status === 'ON_SALE' &&
            isMarked(event.title) &&
            (!isUsed(event.customerTitle) || isMarked(event.customerTitle)) &&
            hasReason(event.externalMemo, one.reason) &&
            age >= one.policy.syncIntervalMs;
          return (decideStorno(event, one.opening).kind === 'write') === isAllowed;
        },
      ),
      RUNS,
    );
  });
});

describe('evidence', () => {
  const GAP_MS = 60_000;
  const instant = fc.integer({ min: 0, max: 200_000 }).map(toInstant);
  const row = fc.option(
    fc.record({
      eventNumber: fc.constant('104233'),
      status: fc.constantFrom('Storno', 'Storno', 'storno', 'Verkaufsfreigabe', 'Storno ', ''),
      title: fc.constant(null),
      transferredAt: fc.option(instant, { freq: 1 }),
      readAt: instant,
    }),
  );
  const known = fc.record({
    stornoSavedAt: instant,
    isOurStorno: fc.boolean(),
    showedStornoBefore: fc.boolean(),
    sightedAt: fc.option(instant),
  });

  it('is the word Storno, transferred since our Storno, or seen twice where it was not seen before', () => {
    fc.assert(
      fc.property(row, known, (shown, facts) => {
        const { kind } = decideEvidence(shown, facts, GAP_MS);
        if (shown?.status !== 'Storno') return kind === 'not-yet' || kind === 'sighting-lost';
        const isProof =
          shown.transferredAt === null
            ? facts.isOurStorno &&
              !facts.showedStornoBefore &&
              facts.sightedAt !== null &&
              toMs(shown.readAt) - toMs(facts.sightedAt) >= GAP_MS
            : toMs(shown.transferredAt) >= toMs(facts.stornoSavedAt);
        return (kind === 'verified') === isProof && kind !== 'sighting-lost';
      }),
      MANY_RUNS,
    );
  });
});

describe('a right', () => {
  const day = fc.integer({ min: 0, max: 400 }).map((n) => toInstant(n * 86_400_000).slice(0, 10));
  const right = fc.record({
    user: fc.constant('CONNECTONLINE'),
    eventNumber: fc.constant('104233'),
    validFrom: fc.option(day),
    validUntil: fc.option(day),
  });

  it('covers a period when its first and its last day are in it', () => {
    fc.assert(
      fc.property(right, day, day, (given, validFrom, validUntil) => {
        const isIn = (date: string) =>
          (given.validFrom === null || date >= given.validFrom) &&
          (given.validUntil === null || date <= given.validUntil);
        fc.pre(validFrom <= validUntil);
        return covers(given, { validFrom, validUntil }) === (isIn(validFrom) && isIn(validUntil));
      }),
      MANY_RUNS,
    );
  });
});
