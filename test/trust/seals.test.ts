import { sealedStart, sealedUpdate } from '../../src/domain/seal';
import { findGenuine } from '../../src/trust/seals';
import { anInput } from '../support/examples';
import { BY, RING, ringOf, seal } from '../support/trust';

const REQUEST = sealedStart('cancel-performance/FSP/104305', anInput());
const SEAL = seal(REQUEST, BY);

it('vouches for exactly the request, the caller and the role that it was made for', () => {
  expect(findGenuine(RING, REQUEST, SEAL)).toEqual(SEAL);
  expect(findGenuine(RING, { ...REQUEST, start: 'cancel-performance/FSP/1' }, SEAL)).toBeNull();
  expect(findGenuine(RING, REQUEST, { ...SEAL, actorId: 'token:other' })).toBeNull();
  expect(findGenuine(RING, REQUEST, { ...SEAL, role: 'admin' })).toBeNull();
});

it('is made anew by nobody who lacks the key', () => {
  expect(findGenuine(ringOf('test'), REQUEST, SEAL)).toBeNull();
  expect(findGenuine(ringOf('other'), REQUEST, SEAL)).toBeNull();
});

it.each([
  undefined,
  null,
  'seal',
  1,
  [],
  {},
  { ...SEAL, mac: '' },
  { ...SEAL, mac: null },
  { ...SEAL, key: 7 },
])('is not %j', (value) => expect(findGenuine(RING, REQUEST, value)).toBeNull());

it('does not say what it vouches for, nor hold the key', () => {
  expect(JSON.stringify(SEAL)).not.toMatch(/secret|Dürrenmatt|ENTFÄLLT/);
});

it('is the same whatever way the request has gone through JSON', () => {
  const asked = { updateId: 'api/1', request: { actor: 'Eva', reason: 'so', key: undefined } };
  const content = sealedUpdate('id', 'case', 'abort', asked);
  const sealed = seal(content, BY);
  const received = JSON.parse(JSON.stringify({ ...asked.request, seal: sealed })) as typeof asked.request;
  expect(
    findGenuine(RING, sealedUpdate('id', 'case', 'abort', { ...asked, request: received }), sealed),
  ).toEqual(sealed);
});
