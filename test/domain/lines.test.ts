import {
  endOf,
  firstMarking,
  isSkipped,
  lastHead,
  lastMarking,
  misstoredTexts,
  outcomeOf,
  restoredTexts,
  standingChoice,
  wasToBeMarked,
} from '../../src/domain/lines';
import { findEvidence, findStorno, lastSighting, stornoOf } from '../../src/domain/storno-lines';
import { linesOf, minute, type Told } from '../support/lines';

const TEXTS = { title: 'Faust', customerTitle: null, externalMemo: null };
const MARKED = { title: 'Faust – ENTFÄLLT', customerTitle: null, externalMemo: 'Erkrankung' };

const intent = (operation: 'save-announcement' | 'restore-announcement', after: object = MARKED): Told => ({
  kind: 'intent',
  step: 'mark-titles',
  operation,
  before: { ...TEXTS, version: 'v1' },
  after,
});
const saved = (
  outcome: 'ok' | 'differs' | 'found' | 'by-hand',
  savedAt: string,
  after: object = MARKED,
): Told => ({
  kind: 'outcome',
  step: 'mark-titles',
  operation: 'save-announcement',
  before: { ...TEXTS, version: 'v1' },
  after: { ...after, version: 'v2', savedAt },
  outcome,
});
const TASK = { task: { mask: [], instruction: '', fields: [], confirm: '' } };

describe('since when the titles carry the marker', () => {
  // The mail to the house used to count from a save that Jet had stored differently, the Protokoll from the save after
  // it.
  it('is never a save that Jet stored differently', () => {
    const lines = linesOf(saved('differs', minute(1)), saved('ok', minute(5)), saved('ok', minute(9)));
    expect(firstMarking(lines)?.after.savedAt).toBe(minute(5));
    expect(lastMarking(lines)?.after.savedAt).toBe(minute(9));
  });

  it('counts a person in our place, and an effect that was found', () => {
    expect(firstMarking(linesOf(saved('by-hand', minute(3))))?.after.savedAt).toBe(minute(3));
    expect(firstMarking(linesOf(saved('found', minute(4))))?.after.savedAt).toBe(minute(4));
    expect(firstMarking(linesOf(intent('save-announcement')))).toBeNull();
  });
});

describe('whether anything was to be marked', () => {
  it.each([
    ['an attempt', intent('save-announcement'), true],
    ['a task for a person', intent('save-announcement', TASK), true],
    ['a person in our place, unasked', saved('by-hand', minute(1)), true],
    ['a save that a colleague has made', saved('found', minute(1)), false],
    ['a restore', intent('restore-announcement'), false],
  ])('%s', (_name, line, isSo) => {
    expect(wasToBeMarked(linesOf(line))).toBe(isSo);
  });
});

it('knows what an abort has tried to write, and not what it asked a person for', () => {
  const lines = linesOf(intent('restore-announcement', TEXTS), intent('restore-announcement', TASK));
  expect(restoredTexts(lines)).toEqual([TEXTS]);
});

it('knows of a text that was stored differently only the fields that the save has changed', () => {
  const lines = linesOf(
    saved('differs', minute(1), { ...MARKED, title: 'Faust – ENTF', customerTitle: null }),
  );
  expect(misstoredTexts(lines)).toEqual([{ title: 'Faust – ENTF', externalMemo: 'Erkrankung' }]);
});

const storno = (outcome: 'ok' | 'by-hand', after: object): Told => ({
  kind: 'outcome',
  step: 'set-storno',
  operation: 'set-storno',
  after,
  outcome,
});

it('takes a Storno for ours unless it was adopted', () => {
  const [ours] = linesOf(storno('ok', { status: 'Storno', version: 'v3', savedAt: minute(20) }));
  expect(findStorno([ours!])).toBe(ours);
  expect(stornoOf(findStorno([ours!])!)).toEqual({
    savedAt: minute(20),
    seenAt: null,
    evidenceFrom: minute(20),
    isOurs: true,
  });
  const [adopted] = linesOf({
    kind: 'decision',
    step: 'set-storno',
    operation: 'adopt-storno',
    after: { status: 'Storno', savedAt: minute(2) },
    outcome: 'found',
  });
  expect(stornoOf(findStorno([adopted!])!)).toMatchObject({ savedAt: minute(2), isOurs: false });
});

it('counts what was transferred since the case began for a Storno that a person has set', () => {
  const [byHand] = linesOf(storno('by-hand', { savedAt: minute(20), evidenceFrom: minute(1) }));
  expect(stornoOf(findStorno([byHand!])!)).toEqual({
    savedAt: minute(20),
    seenAt: null,
    evidenceFrom: minute(1),
    isOurs: true,
  });
});

const look = (outcome: string, readAt: string | null): Told => ({
  kind: 'evidence',
  step: 'verify-channel',
  operation: 'read-channel',
  after: readAt && { readAt },
  outcome: outcome as 'verified',
});

it('takes for evidence what was seen for certain, or vouched for', () => {
  for (const outcome of ['verified', 'adopted', 'by-hand'])
    expect(findEvidence(linesOf(look('sighting', minute(1)), look(outcome, minute(2))))?.after.readAt).toBe(
      minute(2),
    );
  expect(findEvidence(linesOf(look('sighting', minute(1)), look('sighting-lost', null)))).toBeNull();
});

it('forgets a sighting once Connect Online shows something else', () => {
  expect(lastSighting(linesOf(look('sighting', minute(1))))).toBe(minute(1));
  expect(lastSighting(linesOf(look('sighting', minute(1)), look('sighting-lost', null)))).toBeNull();
  expect(lastSighting([])).toBeNull();
});

const decision = (outcome: 'mark-again' | 'keep-theirs'): Told => ({
  kind: 'decision',
  step: 'set-storno',
  operation: 'decide',
  after: { reason: 'so', attentionId: 'a' },
  outcome,
});

it('takes a decision back once what it was meant for is done', () => {
  const isVoid = ({ operation }: { operation: string }) => operation === 'save-announcement';
  const lines = linesOf(decision('keep-theirs'), decision('mark-again'));
  expect(standingChoice(lines, ['set-storno'], isVoid)).toBe('mark-again');
  expect(standingChoice(lines, ['mark-titles'], isVoid)).toBeNull();
  expect(
    standingChoice(linesOf(decision('mark-again'), saved('ok', minute(1))), ['set-storno'], isVoid),
  ).toBeNull();
});

it('holds a skip to its wait and to exactly its save, however that is written', () => {
  const skip = (step: 'wait-for-title-transfer' | 'wait-for-storno-transfer', savedAt: string): Told => ({
    kind: 'decision',
    step,
    operation: 'skip-wait',
    after: { reason: 'so', savedAt },
    outcome: 'accepted',
  });
  const lines = linesOf(
    skip('wait-for-title-transfer', minute(1)),
    skip('wait-for-storno-transfer', minute(2)),
  );
  expect(isSkipped(lines, 'wait-for-title-transfer', minute(1))).toBe(true);
  expect(isSkipped(lines, 'wait-for-title-transfer', minute(1).replace('Z', '+00:00'))).toBe(true);
  expect(isSkipped(lines, 'wait-for-title-transfer', minute(2))).toBe(false);
  expect(isSkipped(lines, 'wait-for-storno-transfer', minute(2))).toBe(true);
});

it('finds what became of an intent by its key', () => {
  const lines = linesOf(
    { ...intent('save-announcement'), effectKey: 'save-announcement/v1' },
    { ...saved('ok', minute(1)), effectKey: 'save-announcement/v1/outcome' },
    { ...intent('save-announcement'), effectKey: 'save-announcement/v2' },
  );
  expect(outcomeOf(lines, lines[0]!)).toBe(lines[1]);
  expect(outcomeOf(lines, lines[2]!)).toBeNull();
});

it('knows the end and the last line of a case', () => {
  const lines = linesOf(saved('ok', minute(1)), {
    kind: 'end',
    step: 'report',
    operation: 'close',
    outcome: 'completed',
  });
  expect(endOf(lines)).toBe('completed');
  expect(endOf(lines.slice(0, 1))).toBeNull();
  expect(lastHead(lines)).toEqual({ seq: 2, hash: 'hash-2' });
  expect(() => lastHead([])).toThrow('the case has no lines');
});
