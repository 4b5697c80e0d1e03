import { choicesFor, isChoice, type ChoiceSituation } from '../../src/domain/choices';
import { type Choice } from '../../src/domain/vocabulary';
import { CHOICES } from '../../src/domain/vocabulary';
import { FAILURES, failureRow, STATUS_SEEN, type FailureCode } from '../../src/domain/failures';
import { type FieldConflict } from '../../src/domain/vocabulary';

const CODES = Object.keys(FAILURES) as FailureCode[];
const conflict = (field: FieldConflict['field']): FieldConflict => ({
  field,
  before: 'a',
  ours: 'b',
  now: 'c',
});

const NOTHING = { isAborting: false, isStornoAdopted: false, conflicts: [] };

function offered(code: FailureCode, changes: Partial<ChoiceSituation> = {}): Choice[] {
  const given = { ...NOTHING, ...changes };
  return choicesFor(code, given).map(({ choice }) => choice);
}

describe('choicesFor', () => {
  const title = { conflicts: [conflict('title')] };
  const status = { conflicts: [conflict('status')] };

  it.each<[FailureCode, string, Partial<ChoiceSituation>, Choice[]]>([
    ['event-changed', 'a text that differs', title, ['keep-theirs']],
    [
      'event-changed',
      'a text that differs, in an abort',
      { ...title, isAborting: true },
      ['keep-theirs', 'write-original'],
    ],
    [
      'event-changed',
      'a Storno of somebody else, in an abort',
      { ...status, isAborting: true },
      ['keep-theirs'],
    ],
    ['event-changed', 'another date: not for us to decide', {}, []],
    ['event-changed', 'another date, in an abort', { isAborting: true }, []],
    ['marker-removed', 'a title without marker', title, ['mark-again']],
    ['marker-removed', 'a title without marker, in an abort', { ...title, isAborting: true }, []],
    ['channel-not-showing-storno', 'our own Storno', {}, []],
    ['channel-not-showing-storno', "somebody else's Storno", { isStornoAdopted: true }, ['adopt']],
    ['channel-unavailable', "somebody else's Storno", { isStornoAdopted: true }, []],
    ['mail-in-doubt', 'a doubtful mail', {}, ['treat-as-sent', 'send-again']],
    ['mail-refused', 'a refused mail', {}, []],
    ['person-step', 'a task', {}, ['shows-provisioned', 'shows-closed', 'shows-other-status']],
    ['person-step', 'the task of an abort', { isAborting: true }, []],
    ['status-not-cancellable', 'a status that Absage reads itself', {}, []],
    [
      'status-not-cancellable',
      'a status that a person has seen',
      { situation: STATUS_SEEN },
      ['shows-expected-status'],
    ],
  ])('offers for %s and %s', (code, _what, changes, expected) => {
    expect(offered(code, changes)).toEqual(expected);
  });

  it.each(CODES.filter((code) => !failureRow(code).choices))('offers nothing for %s', (code) => {
    expect(offered(code, { ...title, isStornoAdopted: true })).toEqual([]);
  });

  it('says of each choice what happens then, in a German sentence', () => {
    const everywhere = [
      ...CODES.flatMap((code) => choicesFor(code, { isAborting: true, isStornoAdopted: true, ...title })),
      ...CODES.flatMap((code) => choicesFor(code, { isAborting: false, isStornoAdopted: true, ...title })),
      ...choicesFor('status-not-cancellable', { ...NOTHING, situation: STATUS_SEEN }),
    ];
    const texts = new Map(everywhere.map(({ choice, text }) => [choice, text]));
    expect([...texts.keys()].sort()).toEqual([...CHOICES].sort());
    for (const text of texts.values()) expect(text).toMatch(/^[A-ZÄÖÜ].{10,}\.$/);
  });
});

it.each([...CHOICES])('knows the choice %s', (choice) => {
  expect(isChoice(choice)).toBe(true);
});

it.each([null, undefined, '', 'Adopt', 'toString', 1, ['adopt'], {}])('knows no choice %j', (junk) => {
  expect(isChoice(junk)).toBe(false);
});
