import { Evening } from '../drills/evening';
import { insist } from './stage';
import { pickPort } from '../support/ports';

/* The switch that stops every write, when hardly anything is left: Temporal away, a server gone, a worker killed in the middle of a write. */

const TIMEOUT_MS = 300_000;

interface Switched {
  writes: { on: boolean; by: string | null };
  atWork: { house: string; eventNumber: string | null; step: string }[];
}

it(
  'is thrown while Temporal and one of two servers are away, and names the attempt that was killed',
  async () => {
    const evening = await Evening.begin();
    const { stack } = evening;
    let isGood = false;
    try {
      const port = await pickPort();
      await stack.launch('api');
      await stack.launch('second-api', { settings: { ABSAGE_PORT: String(port) } });
      const put = (on: boolean) =>
        stack.api<Switched>('PUT', '/installation/writes', { on, reason: 'Probe' }, port);
      await stack.simulator('POST', '/faults', [{ operation: 'save-announcement', kind: 'hang', count: 1 }]);
      const struck = await evening.orderOne();
      const { eventNumber, house } = struck.order;
      await evening.untilLogged(struck, ({ outcome }) => outcome === 'hang');
      await Promise.all([stack.kill('worker'), stack.kill('temporal'), stack.kill('api')]);

      const began = Date.now();
      const { writes, atWork } = await put(false);
      // It waits for what had asked before, and for nobody who is dead.
      expect(Date.now() - began).toBeLessThan(15_000);
      expect(writes.on).toBe(false);
      expect(atWork).toMatchObject([{ house, eventNumber, step: 'mark-titles' }]);

      await stack.launch('temporal');
      await stack.launch('worker');
      await stack.launch('api');
      await evening.untilItWaitsForWrites(struck);
      const written = (await stack.log(eventNumber)).filter(
        ({ actor, after }) => actor === 'gateway' && after,
      );
      expect(written).toEqual([]);

      // The dead attempt is still named, and keeps nobody from anything.
      expect((await insist(() => put(true))).writes.on).toBe(true);
      const findings = await evening.judge();
      expect(findings).toEqual({ lost: 0, secondWrites: 0, secondMails: 0, earlyStornos: 0, faults: [] });
      isGood = true;
    } finally {
      await evening.stop(!isGood);
    }
  },
  TIMEOUT_MS,
);
