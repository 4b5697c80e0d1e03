import { callerHeaders } from '../../src/api/schemas';

const faultsOf = (name: string) => {
  const actor = Buffer.from(name).toString('latin1');
  return callerHeaders.safeParse({ 'x-absage-actor': actor }).error?.issues.map(({ message }) => message);
};

it("counts the characters of an actor's name as people do, not the units that hold them", () => {
  expect(faultsOf('\u{1f3ad}'.repeat(200))).toBeUndefined();
  expect(faultsOf('\u{1f3ad}'.repeat(201))).toEqual(['ist zu lang']);
});
