import { arePersons, expiryOf, isSomebodyElse } from '../../src/domain/approval';

it.each([
  [true, 'oidc:https://login.example#1', 'oidc:https://login.example#2'],
  [false, 'oidc:https://login.example#1', 'token:kassa'],
  [false, 'token:leitung', 'token:kassa'],
  [false, null, 'oidc:https://login.example#2'],
])('says %s of %s and %s being people who logged in themselves', (wanted, one, other) => {
  expect(arePersons(one, other)).toBe(wanted);
});

it.each([
  [true, 'token:leitung', 'token:kassa'],
  [false, 'token:kassa', 'token:kassa'],
  [false, null, 'token:kassa'],
  [false, 'token:leitung', null],
  [false, 'token:leitung', undefined],
  // Whoever reaches Temporal can give any name, one for the order and another one for the approval.
  [false, 'web-ui:Lea Leitung', 'token:kassa'],
  [false, 'token:kassa', 'web-ui:Lea Leitung'],
])('says %s of %s being somebody else than %s', (wanted, actorId, orderer) => {
  expect(isSomebodyElse({ actor: 'Maria Huber', actorId }, { actorId: orderer })).toBe(wanted);
});

it('lets nobody approve a performance that has begun, unless that was ordered', () => {
  const asked = '2026-12-12T18:00:00.000Z';
  const startsAt = '2026-12-12T18:30:00.000Z';
  const until = (allowPastEvent: boolean) => expiryOf(asked, 3_600_000, { startsAt, allowPastEvent });
  expect(until(false)).toBe(startsAt);
  expect(until(true)).toBe('2026-12-12T19:00:00.000Z');
});
