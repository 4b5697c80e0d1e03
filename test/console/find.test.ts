import type { Page } from 'playwright-core';
import type { JetEvent } from '../../src/domain/types';
import { ConsoleStage, overflow, PHONE, violations } from '../support/console-stage';

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await ConsoleStage.open();
}, 120_000);
afterAll(() => stage.close());
afterEach(async () => {
  await stage.clear();
  await stage.api.simulator.control('DELETE', '/faults');
  expect(stage.takeComplaints()).toEqual([]);
});

const rows = (page: Page) => page.locator('.case');

/** What stands on the page, once all of it is there. */
async function main(page: Page): Promise<string> {
  await page.waitForLoadState();
  return page.getByRole('main').innerText();
}

async function search(page: Page, words: string): Promise<void> {
  await page.goto(`/absagen/neu?haus=FSP&text=${encodeURIComponent(words)}`);
}

describe('the house', () => {
  it('is asked for where there are several, and none is taken silently', async () => {
    const page = await stage.page();
    await page.goto('/absagen/neu');
    expect(await page.getByLabel('Haus').inputValue()).toBe('');
    expect(await page.getByLabel('Haus').innerText()).toContain('Bitte wählen');
    expect(await rows(page).count()).toBe(0);
    expect(await page.locator('.houses a').count()).toBe(6);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await overflow(page)).toBe(0);
  });

  it('that this browser chose last is there the next time, and can be changed', async () => {
    const page = await stage.page();
    await page.goto('/absagen/neu');
    await page.getByRole('link', { name: 'LTN · ' }).click();
    await page.goto('/');
    await page.getByRole('main').getByRole('link', { name: 'Neue Absage' }).click();
    await page.waitForLoadState();
    expect(await page.getByLabel('Haus').inputValue()).toBe('LTN');
    expect(await page.getByRole('heading', { name: 'LTN · Landestheater' }).count()).toBe(1);
    const other = await stage.page();
    await other.goto('/absagen/neu');
    expect(await other.getByLabel('Haus').inputValue()).toBe('');
  });

  it('that was chosen for an order counts, too, and words that were typed before it stay', async () => {
    const { eventNumber } = await stage.api.event();
    const page = await stage.page();
    await page.goto(`/absagen/neu/FSP/${eventNumber}`);
    await page.goto('/absagen/neu');
    expect(await page.getByLabel('Haus').inputValue()).toBe('FSP');
    await page.goto('/absagen/neu?haus=&text=Sturm');
    await page.getByRole('link', { name: 'FSP · ' }).click();
    expect(await page.getByLabel('Suchen nach').inputValue()).toBe('Sturm');
  });
});

describe('a row', () => {
  it('names house, day and hour before the title', async () => {
    const event = await stage.api.event({ title: 'Zeilenprobe', startsAt: '2030-01-05T18:30:00.000Z' });
    const page = await stage.page();
    await search(page, 'Zeilenprobe');
    expect(await rows(page).locator('.time').innerText()).toBe('FSP · Sa., 05.01.2030, 19.30 Uhr');
    expect(await rows(page).innerText()).toContain(`VA-Nr. ${event.eventNumber}`);
  });

  it.each<[string, Partial<Record<keyof JetEvent, unknown>>, string]>([
    ['Abschluss', { status: 'Abschluss' }, 'Status ist Abschluss'],
    ['Bereitstellung', { status: 'Bereitstellung' }, 'Status ist Bereitstellung'],
    ['Gesperrt', { status: 'Gesperrt' }, 'Der Status „Gesperrt“ ist Absage nicht bekannt.'],
    ['no Ö-Ticket', { soldViaPartner: false }, 'wird nicht über Ö-Ticket verkauft'],
  ])(
    'of an event that cannot be cancelled says why, and leads to no form: %s',
    async (what, changes, why) => {
      const title = `Verweigert ${what}`;
      await stage.api.event({ ...changes, title });
      const page = await stage.page();
      await search(page, title);
      expect(await rows(page).innerText()).toContain(why);
      expect(await page.getByRole('link', { name: title }).count()).toBe(0);
      await page.getByRole('link', { name: 'Was ist zu tun?' }).click();
      expect(await main(page)).toContain('kann nicht abgesagt werden');
      expect(await page.getByRole('main').locator('textarea').count()).toBe(0);
    },
  );

  it('of a show that has begun says so, and still leads to the form with its tick', async () => {
    await stage.api.event({ title: 'Schon begonnen', startsAt: '2026-01-05T19:30:00.000+01:00' });
    const page = await stage.page();
    await page.goto('/absagen/neu?haus=FSP&tag=2026-01-05');
    expect(await rows(page).innerText()).toContain('Die Vorstellung hat schon begonnen oder ist vorbei.');
    await page.getByRole('link', { name: 'Schon begonnen' }).click();
    await page.waitForLoadState();
    expect(await page.getByLabel('Auch absagen, wenn die Vorstellung').isVisible()).toBe(true);
  });
});

describe('what Jet shows', () => {
  it('is said with its hour, and can be read anew', async () => {
    const event = await stage.api.event({ title: 'Stand der Dinge' });
    const page = await stage.page();
    await search(page, 'Stand der Dinge');
    expect(await main(page)).toMatch(/Stand in Jet: \d\d\.\d\d Uhr\. Neu lesen/);
    await stage.api.edit(event.eventNumber, { status: 'Abschluss' });
    await page.getByRole('link', { name: 'Neu lesen' }).click();
    await page.waitForLoadState();
    expect(await rows(page).innerText()).toContain('Status ist Abschluss');
  });

  it('cannot be read at the moment: that nothing was begun, what to do, and whom to call', async () => {
    await stage.api.simulator.control('POST', '/faults', [
      { operation: 'find-events', kind: 'maintenance', nth: 1, count: 1_000 },
    ]);
    const page = await stage.page();
    await page.goto('/absagen/neu?haus=FSP');
    const words = await page.getByRole('alert').innerText();
    expect(words).toContain('Jet antwortet nicht.');
    expect(words).toContain('nichts geschrieben');
    expect(words).toContain('Ticketing-Team: +43 2742 000 900');
    expect(await page.getByText('Keine Vorstellung gefunden').count()).toBe(0);
  });
});

describe('an address that there is not', () => {
  it('gets a page for a person, and JSON for a program', async () => {
    const page = await stage.page();
    const answer = await page.goto('/irgendwas');
    expect(answer?.status()).toBe(404);
    expect(await main(page)).toContain('Diese Adresse gibt es nicht.');
    await page.getByRole('link', { name: 'Zur Übersicht' }).click();
    await page.getByRole('heading', { name: 'Übersicht' }).waitFor();
    const { headers } = await stage.app.inject({
      url: '/irgendwas',
      headers: { accept: 'application/json' },
    });
    expect(headers['content-type']).toContain('application/problem+json');
    stage.takeComplaints();
  });
});
