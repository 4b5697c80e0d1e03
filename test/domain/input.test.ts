import fc from 'fast-check';
import {
  cancellationWorkflowId,
  EVENT_NUMBER,
  HOUSE_KEY,
  inputFault,
  readCancellationWorkflowId,
} from '../../src/domain/input';
import { anInput, anOrder, aPolicy } from '../support/examples';

const WORKFLOW_ID = 'cancel-performance/FSP/104233';
const STARTS_AT = '2027-01-05T19:30:00.000+01:00';
const DAY_MS = 24 * 3_600_000;

const A_CONTACT = { name: 'Anna Huber', phone: '+43 2742 000 100' };

type Changes = Record<string, unknown>;

const aSeenEvent = (changes: Changes = {}) => ({
  title: 'Faust',
  customerTitle: null,
  externalMemo: null,
  status: 'Verkaufsfreigabe',
  startsAt: STARTS_AT,
  venue: 'Großes Haus',
  location: 'St. Pölten',
  organiser: 'Festspielhaus',
  ...changes,
});

const givenInput = (changes: Changes) => ({ ...anInput(), ...changes });
const givenOrder = (changes: Changes) => givenInput({ order: { ...anOrder(), ...changes } });
const givenSeen = (changes: Changes) => givenOrder({ seen: aSeenEvent(changes) });
const givenPolicy = (changes: Changes) => givenInput({ policy: { ...aPolicy(), ...changes } });

/** The part because of which an input is refused; `null` when the input is taken. */
function refusedPart(input: unknown): string | null {
  return inputFault(input, WORKFLOW_ID)?.split(' is ')[0] ?? null;
}

/** Values that are no plain text, wherever they occur. */
const NO_TEXTS: [string, unknown][] = [
  ['that is missing', undefined],
  ['that is null', null],
  ['that is a number', 1],
  ['that is a list', ['Faust']],
  ['that is empty', ''],
  ['with a control character', 'a\u0000b'],
  ['that is not trimmed', ' Faust '],
  ['that is not composed', 'A\u0308rger'],
  ['with a CRLF', 'a\r\nb'],
];

const NO_RECORDS = [null, 'Anna Huber', 1, ['Anna Huber']];

describe('the id of a run', () => {
  it('names the house and the event, so that an event has one open run', () => {
    expect(cancellationWorkflowId('FSP', '104233')).toBe(WORKFLOW_ID);
  });

  it('is read back into what it names', () => {
    const house = fc.stringMatching(/^[A-Z0-9]{2,8}$/);
    const eventNumber = fc.integer({ min: 1, max: 9_999_999_999 }).map(String);
    fc.assert(
      fc.property(house, eventNumber, (aHouse, anEvent) => {
        const read = readCancellationWorkflowId(cancellationWorkflowId(aHouse, anEvent));
        expect(read).toEqual({ house: aHouse, eventNumber: anEvent });
      }),
    );
  });

  it.each([
    '',
    'cancel-performance',
    'cancel-performance/FSP',
    'cancel-performance/FSP/104233/1',
    'cancel-performance/FSP/0',
    'cancel-performance/fsp/104233',
    'other/FSP/104233',
    ' cancel-performance/FSP/104233',
  ])('is not read out of %j', (workflowId) => {
    expect(readCancellationWorkflowId(workflowId)).toBeNull();
  });

  it.each([
    ['another event', 'cancel-performance/FSP/104234'],
    ['another house', 'cancel-performance/KREMS/104233'],
    ['another workflow', 'FSP/104233'],
  ])('that belongs to %s is refused', (_what, workflowId) => {
    expect(inputFault(anInput(), workflowId)).toMatch(/workflow id/);
  });
});

describe('a house key', () => {
  it.each(['FSP', 'A1', '12', 'KREMSXYZ'])('can be %p', (key) => expect(key).toMatch(HOUSE_KEY));

  it.each(['', 'F', 'KREMSXYZ1', 'fsp', 'F/P', 'F P', 'ÖBB', 'FSP\n', ' FSP'])('cannot be %p', (key) => {
    expect(key).not.toMatch(HOUSE_KEY);
  });
});

describe('an event number', () => {
  it.each(['1', '104233', '9999999999'])('can be %p', (number) => expect(number).toMatch(EVENT_NUMBER));

  it.each(['', '0', '0104233', '-1', '1.5', '10000000000', '104233\n', ' 104233', '١٠٤٢٣٣', '../1'])(
    'cannot be %p',
    (number) => expect(number).not.toMatch(EVENT_NUMBER),
  );
});

describe('the input of a run', () => {
  it.each<[string, unknown]>([
    ['without anything optional', anInput()],
    ['that takes a case up again', givenInput({ resumption: { actor: 'Anna Huber', reason: 'Neustart' } })],
    ['with a contact', givenOrder({ contact: A_CONTACT })],
    ['with the address of a contact', givenOrder({ contact: { ...A_CONTACT, email: 'kassa@fsp.example' } })],
    ['with an end of the right', givenOrder({ rightValidUntil: '2027-07-05' })],
    ['with the hash of a plan', givenOrder({ planHash: 'a'.repeat(64) })],
    ['that allows a past event', givenOrder({ allowPastEvent: true })],
    ['that allows no past event', givenOrder({ allowPastEvent: false })],
    ['with the other marker', givenOrder({ marker: 'ABGESAGT' })],
    ['with what stands in the mask', givenSeen({})],
    ['with markers before the title', givenPolicy({ marker: { position: 'prefix', separator: ': ' } })],
  ])('is taken %s', (_what, input) => {
    expect(inputFault(input, WORKFLOW_ID)).toBeNull();
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', JSON.stringify(anInput())],
    ['a list', Object.assign([], anInput())],
  ])('is refused when it is %s', (_what, input) => {
    expect(refusedPart(input)).toBe('the input');
  });

  it.each<[string, string, unknown]>([
    ['caseId', 'missing', undefined],
    ['caseId', 'a list', [anInput().caseId]],
    ['caseId', 'in capitals', anInput().caseId.toUpperCase()],
    ['caseId', 'longer than a UUID', `${anInput().caseId}0`],
    ['caseId', 'preceded by something', `x${anInput().caseId}`],
    ['orderedBy', 'missing', undefined],
    ['orderedBy', 'a list', ['Anna Huber']],
    ['orderedBy', 'empty', ''],
    ['order', 'missing', undefined],
    ['order', 'null', null],
    ['order', 'a text', 'FSP 104233'],
    ['policy', 'missing', undefined],
    ['policy', 'null', null],
    ['policy', 'a list', []],
  ])('is refused for its %s when that is %s', (part, _what, value) => {
    expect(refusedPart(givenInput({ [part]: value }))).toBe(part);
  });

  it.each(NO_TEXTS)('is refused when it is taken up again with an actor or a reason %s', (_what, text) => {
    const resumption = { actor: 'Anna Huber', reason: 'Neustart' };
    expect(refusedPart(givenInput({ resumption: { ...resumption, actor: text } }))).toBe('resumption');
    expect(refusedPart(givenInput({ resumption: { ...resumption, reason: text } }))).toBe('resumption');
  });

  it('is refused when it is taken up again under an id that is none', () => {
    const resumption = { actor: 'Anna Huber', reason: 'Neustart' };
    const id = '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a11';
    expect(inputFault(givenInput({ resumption: { ...resumption, id } }), WORKFLOW_ID)).toBeNull();
    for (const bad of ['', 'x', 7, null, [id]])
      expect(refusedPart(givenInput({ resumption: { ...resumption, id: bad } }))).toBe('resumption');
  });

  it.each(['isOrderMailed', 'isPlaceNeeded', 'hasFewTurns'])('says %s with true, or not at all', (name) => {
    expect(inputFault(givenInput({ [name]: true }), WORKFLOW_ID)).toBeNull();
    for (const bad of [false, null, 'true', 1]) expect(refusedPart(givenInput({ [name]: bad }))).toBe(name);
  });

  it.each(NO_RECORDS)('is refused when it is taken up again by %j', (resumption) => {
    expect(refusedPart(givenInput({ resumption }))).toBe('resumption');
  });
});

describe('the order of a run', () => {
  it.each<[string, string, unknown]>([
    ['house', 'missing', undefined],
    ['house', 'a list', ['FSP']],
    ['house', 'in small letters', 'fsp'],
    ['eventNumber', 'missing', undefined],
    ['eventNumber', 'a number', 104_233],
    ['eventNumber', 'with a leading zero', '0104233'],
    ['marker', 'missing', undefined],
    ['marker', 'a number', 1],
    ['marker', 'of another procedure', 'VERSCHOBEN'],
    ['rightValidUntil', 'null', null],
    ['rightValidUntil', 'a day that does not exist', '2027-02-30'],
    ['rightValidUntil', 'an instant', STARTS_AT],
    ['rightValidUntil', 'a list', ['2027-07-05']],
    ['planHash', 'null', null],
    ['planHash', 'a number', 1],
    ['allowPastEvent', 'null', null],
    ['allowPastEvent', 'a text', 'true'],
  ])('is refused for its %s when that is %s', (field, _what, value) => {
    expect(refusedPart(givenOrder({ [field]: value }))).toBe(`order.${field}`);
  });

  it.each(NO_TEXTS)('is refused for a reason %s', (_what, reason) => {
    expect(refusedPart(givenOrder({ reason }))).toBe('order.reason');
  });

  it.each(NO_TEXTS)('is refused for an expected title %s', (_what, title) => {
    const expected = { title, startsAt: STARTS_AT };
    expect(refusedPart(givenOrder({ expected }))).toBe('order.expected.title');
  });

  it.each([undefined, null, 'Faust', ['Faust']])('is refused when what is expected is %j', (expected) => {
    expect(refusedPart(givenOrder({ expected }))).toBe('order.expected.title');
  });

  it.each([undefined, 1_799_173_800_000, [STARTS_AT], '2027-01-05T19:30:00', '2027-02-30T19:30:00Z'])(
    'is refused when the event is expected or seen to start at %j',
    (startsAt) => {
      const expected = { title: 'Faust', startsAt };
      expect(refusedPart(givenOrder({ expected }))).toBe('order.expected.startsAt');
      expect(refusedPart(givenSeen({ startsAt }))).toBe('order.seen.startsAt');
    },
  );

  it.each(NO_TEXTS)('is refused for a contact with a name or phone number %s', (_what, text) => {
    expect(refusedPart(givenOrder({ contact: { ...A_CONTACT, name: text } }))).toBe('order.contact');
    expect(refusedPart(givenOrder({ contact: { ...A_CONTACT, phone: text } }))).toBe('order.contact');
  });

  it.each(NO_RECORDS)('is refused for a contact that is %j', (contact) => {
    expect(refusedPart(givenOrder({ contact }))).toBe('order.contact');
  });

  it.each(NO_TEXTS.slice(1))('is refused for a contact with an address %s', (_what, email) => {
    const contact = { ...A_CONTACT, email };
    expect(refusedPart(givenOrder({ contact }))).toBe('order.contact.email');
  });
});

describe('what a clerk has read off the mask', () => {
  const always = ['title', 'status', 'venue', 'location', 'organiser'];
  const sometimes = ['customerTitle', 'externalMemo', 'production'];

  it.each([null, 'Faust', []])('is not %j', (seen) => {
    expect(refusedPart(givenOrder({ seen }))).toBe('order.seen');
  });

  it.each(always)('has a %s, which is text', (field) => {
    for (const value of [undefined, null, 1]) {
      expect(refusedPart(givenSeen({ [field]: value }))).toBe('order.seen');
    }
  });

  it.each(sometimes)('may have a %s, which then is text', (field) => {
    for (const unused of [undefined, null]) expect(refusedPart(givenSeen({ [field]: unused }))).toBeNull();
    for (const junk of [1, ['Faust']]) expect(refusedPart(givenSeen({ [field]: junk }))).toBe('order.seen');
  });

  it.each([...always, ...sometimes])('is taken as it stands there: %s', (field) => {
    for (const text of ['', ' Faust\r\n', 'a\tb'])
      expect(refusedPart(givenSeen({ [field]: text }))).toBeNull();
  });
});

describe('the policy of a run', () => {
  const durations = ['syncIntervalMs', 'pollIntervalMs', 'attentionAfterMs', 'jetTimeoutMs'];

  it.each(durations)('has a %s from one millisecond to a day', (name) => {
    for (const ms of [1, DAY_MS]) expect(refusedPart(givenPolicy({ [name]: ms }))).toBeNull();
    for (const ms of [undefined, null, -1, 0, 1.5, DAY_MS + 1, Infinity, '1000']) {
      expect(refusedPart(givenPolicy({ [name]: ms }))).toBe(`policy.${name}`);
    }
  });

  it('reserves whole months for the right, one to sixty', () => {
    for (const months of [1, 60]) expect(refusedPart(givenPolicy({ rightReserveMonths: months }))).toBeNull();
    for (const months of [undefined, null, -1, 0, 1.5, 61, 1e9, '6']) {
      const given = givenPolicy({ rightReserveMonths: months });
      expect(refusedPart(given)).toBe('policy.rightReserveMonths');
    }
  });

  it.each([undefined, ...NO_RECORDS])('does not write markers like %j', (marker) => {
    expect(refusedPart(givenPolicy({ marker }))).toBe('policy.marker');
  });

  it.each([undefined, '', 'infix', 1, ['suffix']])(
    'does not write markers at the position %j',
    (position) => {
      const given = givenPolicy({ marker: { position, separator: ' – ' } });
      expect(refusedPart(given)).toBe('policy.marker.position');
    },
  );

  it.each([' – ', ': ', ' ', ' --- '])('writes markers behind %j', (separator) => {
    expect(refusedPart(givenPolicy({ marker: { position: 'suffix', separator } }))).toBeNull();
  });

  it.each([undefined, 1, '', '\n', ' und ', ' 1 ', ' – – – – '])(
    'does not write markers behind %j, which a reader would take for a part of the title or not see',
    (separator) => {
      const given = givenPolicy({ marker: { position: 'suffix', separator } });
      expect(refusedPart(given)).toBe('policy.marker.separator');
    },
  );
});
