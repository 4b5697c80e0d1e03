import { setTimeout as pause } from 'node:timers/promises';
import { logInByToken } from '../../src/cases/log-in';
import { createToken, hashToken } from '../../src/settings/tokens';
import { ApiStage } from '../support/api-stage';

/*
 * One token that ordered a number which does not exist about twice a second kept the reads of all other houses from Jet for
 * minutes: a check comes before a read, and there was no limit to how many checks came one after the other.
 */

/** As the settings have it. */
const LIMITS = { most: 20, jetPerSecond: 1 };
const FLOOD_MS = 30_000;
const ORDER_EVERY_MS = 540;
const READ_EVERY_MS = 3_000;
/** The checks of one house keep Jet busy for 5 seconds in a row at most. */
const A_FEW_SECONDS_MS = 7_000;

function issue(house: string) {
  const { token, entry } = createToken(`Kartenbüro ${house}`, [house]);
  const known = { sha256: entry.sha256, actor: entry.actor, role: 'lead', houses: new Set([house]) } as const;
  return { known, headers: { authorization: `Bearer ${token}` } };
}

const fsp = issue('FSP');
const ltn = issue('LTN');

let stage: ApiStage;
beforeAll(async () => {
  const logIn = logInByToken([fsp.known, ltn.known], hashToken);
  stage = await ApiStage.open({ logIn, isSimulator: () => false }, [], {}, LIMITS);
});
afterAll(() => stage.close());

it('reads of another house come within seconds beside a flood of orders of made-up numbers', async () => {
  const real = await stage.prepare();
  const endsAtMs = Date.now() + FLOOD_MS;
  const isOn = () => Date.now() < endsAtMs;

  async function order(): Promise<number> {
    let taken = 0;
    for (let eventNumber = 8_000_000; isOn(); eventNumber += 1) {
      const made = { ...real, eventNumber: String(eventNumber) };
      const { status } = await stage.post('/v1/cancellations', made, fsp.headers);
      if (status === 202) taken += 1;
      await pause(ORDER_EVERY_MS);
    }
    return taken;
  }

  const reads: { status: number; ms: number }[] = [];
  async function read(): Promise<void> {
    while (isOn()) {
      const beganAtMs = Date.now();
      const { status } = await stage.get('/v1/events?house=LTN', { headers: ltn.headers });
      reads.push({ status, ms: Date.now() - beganAtMs });
      await pause(READ_EVERY_MS);
    }
  }

  const [taken] = await Promise.all([order(), read()]);
  const slowestMs = Math.max(...reads.map(({ ms }) => ms));
  expect(taken).toBeGreaterThan(20);
  expect(reads.filter(({ status }) => status !== 200)).toEqual([]);
  expect(slowestMs).toBeLessThan(A_FEW_SECONDS_MS);
});
