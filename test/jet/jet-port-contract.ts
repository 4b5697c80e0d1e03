import type { Announcement, JetEvent } from '../../src/domain/types';
import type { JetPort } from '../../src/jet/port';

/** The events that a fresh installation must hold for this suite: 104233 on sale, 104240 in Bereitstellung. */
interface Installation {
  jet: JetPort;
  /** A colleague saves the event without changing a text. */
  editByHand(eventNumber: string): Promise<void>;
}

const EVENT = '104233';
const PROVISIONED = '104240';
const USER = 'CONNECTONLINE';
const MARKED: Announcement = {
  title: 'Der Besuch der alten Dame – ENTFÄLLT',
  customerTitle: null,
  externalMemo: 'Erkrankung im Ensemble\n\n.\n{{x}} <b>"Ö"</b> 🎭',
};

/** The behaviour that every adapter of the port must show. */
export function describeJetPort(name: string, installation: () => Installation): void {
  const jet = () => installation().jet;
  const read = async (eventNumber = EVENT) => (await jet().readEvent(eventNumber)) as JetEvent;
  const precondition = ({ version }: JetEvent) => ({ version, idempotencyKey: `case/step/${version}` });

  describe(name, () => {
    it('says that it is reachable, and the time', async () => {
      const { readAt } = await jet().health();
      expect(Math.abs(Date.parse(readAt) - Date.now())).toBeLessThan(5_000);
    });

    it('reads an event as its mask shows it', async () => {
      expect(await read()).toMatchObject({
        eventNumber: EVENT,
        house: 'FSP',
        title: 'Der Besuch der alten Dame',
        status: 'ON_SALE',
        statusText: 'Verkaufsfreigabe',
        soldViaPartner: true,
      });
    });

    it('answers null for an event that does not exist', async () => {
      await expect(jet().readEvent('999')).resolves.toBeNull();
    });

    it('finds the events of a house page by page, by start, each once', async () => {
      const all = await jet().findEvents({ house: 'FSP' });
      const starts = all.events.map(({ startsAt }) => Date.parse(startsAt));
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await jet().findEvents({ house: 'FSP', limit: 2, cursor });
        paged.push(...page.events.map(({ eventNumber }) => eventNumber));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(paged).toEqual(all.events.map(({ eventNumber }) => eventNumber));
    });

    it('finds by text and by day', async () => {
      const { startsAt } = await read();
      const day = startsAt.slice(0, 10);
      const { events } = await jet().findEvents({ house: 'FSP', text: 'ALTEN d', from: day, to: day });
      expect(events.map(({ eventNumber }) => eventNumber)).toEqual([EVENT]);
    });

    it('saves three texts literally, in one save with a new version', async () => {
      const before = await read();
      const saved = await jet().saveAnnouncement(EVENT, MARKED, precondition(before));
      expect(saved).toMatchObject({ ...MARKED, status: 'ON_SALE' });
      expect(saved.version).not.toBe(before.version);
      expect(Date.parse(saved.savedAt)).toBeGreaterThan(Date.parse(before.savedAt));
      expect(await read()).toMatchObject({ ...MARKED, version: saved.version, savedAt: saved.savedAt });
    });

    it('writes nothing over a version that is no longer current', async () => {
      const before = await read();
      await installation().editByHand(EVENT);
      const writes = [
        jet().saveAnnouncement(EVENT, MARKED, precondition(before)),
        jet().setStatusStorno(EVENT, precondition(before)),
      ];
      for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'jet-version-conflict' });
      expect(await read()).toMatchObject({ title: before.title, status: 'ON_SALE' });
    });

    it('names the field of a value that is too long', async () => {
      const before = await read();
      const title = 'x'.repeat(before.limits.title + 1);
      await expect(
        jet().saveAnnouncement(EVENT, { ...MARKED, title }, precondition(before)),
      ).rejects.toMatchObject({ code: 'jet-rejected-value', options: { field: 'title' } });
      expect((await read()).version).toBe(before.version);
    });

    it('sets Storno, and a second time changes nothing', async () => {
      const stornoed = await jet().setStatusStorno(EVENT, precondition(await read()));
      expect(stornoed).toMatchObject({ status: 'CANCELLED', statusText: 'Storno' });
      const again = await jet().setStatusStorno(EVENT, precondition(stornoed));
      expect(again.version).toBe(stornoed.version);
    });

    it('does not set Storno from Bereitstellung', async () => {
      const event = await read(PROVISIONED);
      await expect(jet().setStatusStorno(PROVISIONED, precondition(event))).rejects.toMatchObject({
        code: 'status-not-cancellable',
      });
      expect(await read(PROVISIONED)).toMatchObject({ status: 'PROVISIONED', version: event.version });
    });

    it('says of a write to a deleted event that it is deleted', async () => {
      const { version } = await read();
      await expect(
        jet().setStatusStorno('999', { version, idempotencyKey: 'case/set-storno/1' }),
      ).rejects.toMatchObject({ code: 'event-deleted' });
    });

    it('reads what Ö-Ticket was last told, or that it was told nothing', async () => {
      const row = await jet().readChannelInfo(EVENT);
      expect(row).toMatchObject({ eventNumber: EVENT, status: 'Verkaufsfreigabe' });
      await expect(jet().readChannelInfo(PROVISIONED)).resolves.toBeNull();
    });

    it('grants a right, widens it and never narrows it', async () => {
      const grant = (validFrom: string, validUntil: string) =>
        jet().grantRight(USER, EVENT, { validFrom, validUntil }, `case/grant-right/${validUntil}`);
      await expect(jet().readRight(USER, EVENT)).resolves.toBeNull();
      await grant('2027-01-10', '2027-02-01');
      await grant('2027-01-15', '2027-03-01');
      await grant('2027-01-12', '2027-01-31');
      await expect(jet().readRight(USER, EVENT)).resolves.toEqual({
        user: USER,
        eventNumber: EVENT,
        validFrom: '2027-01-10',
        validUntil: '2027-03-01',
      });
    });

    it('knows no right of an unknown user', async () => {
      const period = { validFrom: '2027-01-10', validUntil: '2027-02-01' };
      await expect(jet().readRight('NOBODY/..?', EVENT)).rejects.toMatchObject({ code: 'right-not-granted' });
      await expect(jet().grantRight('NOBODY', EVENT, period, 'key')).rejects.toMatchObject({
        code: 'right-not-granted',
      });
    });
  });
}
