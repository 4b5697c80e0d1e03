import { toInstant, toMs } from '../../src/domain/clock';
import { eventRefusals, NEXT_STEPS, withNextStep } from '../../src/domain/refusals';
import type { JetEvent } from '../../src/domain/types';
import { REFUSAL_TEXTS } from '../../src/domain/wording';
import { anEvent } from '../support/examples';

const codesOf = (changes: Partial<JetEvent>) => eventRefusals(anEvent(changes)).map(({ code }) => code);
const { readAt: READ_AT } = anEvent();

it.each<[string, Partial<JetEvent>, string[]]>([
  ['is on sale', {}, []],
  ['is Storno already', { status: 'CANCELLED' }, []],
  ['is Abschluss', { status: 'CLOSED' }, ['status-not-cancellable']],
  ['is Bereitstellung', { status: 'PROVISIONED' }, ['status-not-cancellable']],
  ['has a status that nobody knows', { status: 'UNKNOWN' }, ['status-unknown']],
  ['has begun', { startsAt: toInstant(toMs(READ_AT) - 1) }, ['event-past']],
  ['begins now', { startsAt: READ_AT }, []],
  ['is not sold at Ö-Ticket', { soldViaPartner: false }, ['not-sold-via-partner']],
])('an event that %s stands in the way of an order before anything is typed', (_what, changes, codes) => {
  expect(codesOf(changes)).toEqual(codes);
});

it.each([...Object.keys(REFUSAL_TEXTS), 'status-not-cancellable', 'status-unknown'])(
  '%s says whom to call or what to do',
  (code) => {
    const { next } = withNextStep({ code, text: '' });
    expect(next).toBe(NEXT_STEPS[code as keyof typeof NEXT_STEPS]);
    expect(next).toMatch(/^(Bitte|Soll) .*\.$/);
  },
);

it('a code of another version still names somebody to call', () => {
  expect(withNextStep({ code: 'toString', text: 'x' })).toMatchObject({
    next: expect.stringContaining('Ticketing-Team') as string,
  });
});
