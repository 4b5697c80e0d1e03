import { LogInBrake } from '../../src/cases/log-in-brake';

let nowMs: number;
let brake: LogInBrake;
beforeEach(() => {
  nowMs = 1_000_000;
  brake = new LogInBrake(() => nowMs);
});

const fail = (times: number, ip = '192.0.2.1') => Array.from({ length: times }, () => brake.failed(ip));

it('slips are free', () => {
  expect(fail(10)).toEqual(Array.from({ length: 10 }, () => 0));
});

it('whoever goes on waits longer each time, up to a minute', () => {
  fail(10);
  const waits: number[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const wait = brake.failed('192.0.2.1');
    waits.push(wait);
    nowMs += wait * 1_000;
    expect(brake.failed('192.0.2.1')).toBe(0);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});

it('a failure during the wait makes it no longer', () => {
  fail(10);
  expect(fail(5)).toEqual([1, 1, 1, 1, 1]);
});

it('another address is not slowed', () => {
  fail(20);
  expect(brake.failed('192.0.2.2')).toBe(0);
});

it('all addresses of one network of IPv6 count as one', () => {
  fail(10, '2001:db8:1:2::a');
  expect(brake.failed('2001:db8:1:2:ffff::b')).toBe(1);
  expect(brake.failed('2001:db8:1:3::b')).toBe(0);
});

it('what is long ago is forgotten', () => {
  fail(11);
  nowMs += 16 * 60_000;
  expect(fail(10)).toEqual(Array.from({ length: 10 }, () => 0));
});
