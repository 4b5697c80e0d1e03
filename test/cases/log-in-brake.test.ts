import { LogInBrake } from '../../src/cases/log-in-brake';
import type { Spendings } from '../../src/cases/sources';
import { spendingsInMemory } from '../support/spendings';

let nowMs: number;
let keys: string[];
let brake: LogInBrake;
let other: LogInBrake;

beforeEach(() => {
  nowMs = 1_000_000;
  keys = [];
  const { spend } = spendingsInMemory();
  const spendings: Spendings = {
    spend: (key, ...rest) => (keys.push(key), spend(key, ...rest)),
  };
  [brake, other] = [new LogInBrake(spendings, () => nowMs), new LogInBrake(spendings, () => nowMs)];
});

async function fail(times: number, ip = '192.0.2.1', at = brake): Promise<number[]> {
  const waits: number[] = [];
  for (let nth = 0; nth < times; nth += 1) waits.push(await at.failed(ip));
  return waits;
}

const NONE = Array.from({ length: 10 }, () => 0);

it('slips are free', async () => {
  expect(await fail(10)).toEqual(NONE);
});

it('whoever goes on waits longer each time, up to a minute', async () => {
  await fail(10);
  const waits: number[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const wait = await brake.failed('192.0.2.1');
    waits.push(wait);
    nowMs += wait * 1_000;
    expect(await brake.failed('192.0.2.1')).toBe(0);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});

it('a failure during the wait makes it no longer, and costs the database nothing', async () => {
  await fail(10);
  const asked = keys.length;
  expect(await fail(5)).toEqual([1, 1, 1, 1, 1]);
  expect(keys).toHaveLength(asked);
});

// Each server used to count by itself, so that two of them gave twice the tries.
it('counts what fails at another server', async () => {
  await fail(5);
  expect(await fail(5, '192.0.2.1', other)).toEqual([0, 0, 0, 0, 0]);
  expect(await fail(1)).toEqual([1]);
  expect(await fail(1, '192.0.2.1', other)).toEqual([1]);
});

it('another address is not slowed', async () => {
  await fail(20);
  expect(await brake.failed('192.0.2.2')).toBe(0);
});

it('all addresses of one network of IPv6 count as one', async () => {
  await fail(10, '2001:db8:1:2::a');
  expect(await brake.failed('2001:db8:1:2:ffff::b')).toBe(1);
  expect(await brake.failed('2001:db8:1:3::b')).toBe(0);
});

it('what is long ago is forgotten', async () => {
  await fail(11);
  nowMs += 16 * 60_000;
  expect(await fail(10)).toEqual(NONE);
});

it('tells the database no address', async () => {
  await fail(12, '192.0.2.77');
  expect(keys.join()).not.toContain('192.0.2.77');
});

it('slows nobody while the database does not answer', async () => {
  const alone = new LogInBrake({ spend: () => Promise.reject(new Error('away')) });
  expect(await fail(12, '192.0.2.1', alone)).toEqual([...NONE, 0, 0]);
});
