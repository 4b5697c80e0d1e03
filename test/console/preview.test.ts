import type { Page } from 'playwright-core';
import type { JetEvent } from '../../src/domain/types';
import { SEEN } from '../e2e/guided-house';
import { ConsoleStage, overflow, pathOf, PHONE, violations } from '../support/console-stage';

const REASON = 'Die Vorstellung muss wegen eines Gebrechens leider entfallen.';
const ORDER_BUTTON = 'Diese Vorstellung jetzt absagen';

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await ConsoleStage.open();
}, 120_000);
afterAll(() => stage.close());
afterEach(async () => {
  await stage.clear();
  expect(stage.takeComplaints()).toEqual([]);
});

const formOf = ({ house, eventNumber }: Pick<JetEvent, 'house' | 'eventNumber'>) =>
  `/absagen/neu/${house}/${eventNumber}`;
const main = (page: Page) => page.getByRole('main').innerText();

async function open(event: Pick<JetEvent, 'house' | 'eventNumber'>): Promise<Page> {
  const page = await stage.page();
  await page.goto(formOf(event));
  return page;
}

async function check(page: Page, reason = REASON): Promise<void> {
  await page.getByLabel('Hinweis für Ö-Ticket').fill(reason);
  await page.getByRole('button', { name: 'Weiter: prüfen' }).click();
  await page.getByRole('button', { name: 'Zurück und ändern' }).waitFor();
}

describe('the browser’s Back', () => {
  it('keeps everything that was typed, and shows it', async () => {
    const page = await open(await stage.api.event());
    await page.getByRole('radio', { name: 'ABGESAGT' }).check();
    await page.getByText('Weitere Angaben').click();
    await page.getByLabel('Rückfragen an').fill('Eva Muster');
    await page.getByLabel('Telefon').fill('+43 2742 123');
    await page.getByLabel('E-Mail').fill('eva@haus.example');
    await page.getByLabel('Stornoberechtigung bis').fill('2030-01-31');
    await check(page);
    await page.goBack();
    expect(await page.getByRole('radio', { name: 'ABGESAGT' }).isChecked()).toBe(true);
    expect(await page.getByLabel('Hinweis für Ö-Ticket').inputValue()).toBe(REASON);
    for (const [label, value] of [
      ['Rückfragen an', 'Eva Muster'],
      ['Telefon', '+43 2742 123'],
      ['E-Mail', 'eva@haus.example'],
      ['Stornoberechtigung bis', '2030-01-31'],
    ] as const) {
      expect(await page.getByLabel(label).inputValue()).toBe(value);
      expect(await page.getByLabel(label).isVisible()).toBe(true);
    }
  });
});

describe('the check page shows the mail’s words', () => {
  it('whom Ö-Ticket calls back, and the reason', async () => {
    const page = await open(await stage.api.event());
    await page.getByText('Weitere Angaben').click();
    await page.getByLabel('Rückfragen an').fill('Eva Muster');
    await page.getByLabel('Telefon').fill('+43 2742 123');
    await check(page, 'Erste Zeile.\nZweite Zeile.');
    const mail = await page.locator('#e-mail').innerText();
    expect(mail).toContain('Eva Muster, Telefon +43 2742 123');
    expect(mail).toContain('Erste Zeile.\nZweite Zeile.');
  });

  it('the box office where nobody else is named', async () => {
    const page = await open(await stage.api.event());
    await check(page);
    const { boxOffice } = stage.api.deps.houses.get('FSP')!;
    expect(await page.locator('#e-mail').innerText()).toContain(
      `${boxOffice.name}, Telefon ${boxOffice.phone}, ${boxOffice.email}`,
    );
  });
});

describe('what cannot be cancelled is said before anything is typed', () => {
  it.each<[string, Partial<Record<keyof JetEvent, unknown>>, string, string]>([
    ['Abschluss', { status: 'Abschluss' }, 'Status ist Abschluss', 'Ticketing-Team anrufen'],
    ['Bereitstellung', { status: 'Bereitstellung' }, 'Status ist Bereitstellung', 'Ticketing-Team anrufen'],
    ['an unknown status', { status: 'Gesperrt' }, 'Der Status „Gesperrt“', 'Ticketing-Team anrufen'],
    ['no Ö-Ticket', { soldViaPartner: false }, 'nicht über Ö-Ticket verkauft', 'selbst auf Storno setzen'],
  ])('%s, with the next step and without a form', async (_what, changes, text, next) => {
    const page = await open(await stage.api.event(changes));
    const words = await main(page);
    expect(words).toContain(text);
    expect(words).toContain(next);
    expect(words).not.toContain('ENTFÄLLT');
    expect(await page.getByRole('main').locator('textarea').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Andere Vorstellung' }).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await overflow(page)).toBe(0);
  });

  it('a case that there already is, with who and when, and the way to it', async () => {
    const order = await stage.api.prepare();
    const page = await open(order);
    await stage.api.post('/v1/cancellations', { ...order }, { 'x-absage-actor': 'Maria Huber' });
    await stage.api.until(order, ({ state }) => state !== 'checking');
    const second = await open(order);
    for (const [tab, go] of [
      [second, () => Promise.resolve()],
      // The form was open in another tab: its preview says it, and not only the last press.
      [
        page,
        async () => {
          await page.getByLabel('Hinweis für Ö-Ticket').fill(REASON);
          await page.getByRole('button', { name: 'Weiter: prüfen' }).click();
          await page.getByText('kann so nicht abgesagt werden').waitFor();
        },
      ],
    ] as const) {
      await go();
      expect(await main(tab)).toMatch(/Abgesagt von Maria Huber, \d\d\.\d\d Uhr\./);
      expect(await tab.getByRole('button', { name: ORDER_BUTTON }).count()).toBe(0);
      await tab.getByRole('link', { name: 'Zur bestehenden Absage' }).click();
      await tab.waitForURL(`**${pathOf(order)}**`);
    }
  });

  it('and nothing is previewed of what will never happen', async () => {
    const event = await stage.api.event();
    const page = await open(event);
    await stage.api.edit(event.eventNumber, { status: 'Abschluss' });
    await check(page);
    const words = await main(page);
    expect(words).toContain('Status ist Abschluss');
    expect(words).toContain('Ticketing-Team anrufen');
    expect(words).not.toMatch(/So sehen es|Was geschieht|– ENTFÄLLT/);
  });
});

describe('a show that has begun', () => {
  const past = { startsAt: '2026-01-05T19:30:00.000+01:00' };

  it('names the tick first, and once ticked the warning stays', async () => {
    const page = await open(await stage.api.event(past));
    const tick = page.getByLabel('Auch absagen, wenn die Vorstellung schon begonnen hat');
    expect(await tick.isVisible()).toBe(true);
    await check(page);
    expect(await main(page)).toContain('haken Sie bitte „Auch absagen');
    await page.getByRole('button', { name: 'Zurück und ändern' }).click();
    await tick.check();
    await check(page);
    const words = await main(page);
    expect(words).toContain('Die Vorstellung hat am Mo., 5. Jänner 2026, 19.30 Uhr begonnen.');
    expect(words).not.toContain('Alles bereit.');
    expect(await page.getByRole('button', { name: ORDER_BUTTON }).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
  });
});

describe('an event that is Storno already', () => {
  it('is promised nothing that will not be: no text, no memo, no abort, and the mail at once', async () => {
    const event = await stage.api.event({ status: 'Storno', title: 'Faust – ABGESAGT' });
    const page = await open(event);
    const form = await main(page);
    expect(form).toContain('Steht nur in der E-Mail: der Externe Memotext wird nicht mehr verändert.');
    expect(form).toContain('Abbrechen ist dann nicht möglich.');
    expect(form).not.toContain('Steht im Externen Memotext');
    await check(page);
    const words = await main(page);
    expect(words).toContain('Das bleibt in Jet, wie es ist');
    expect(words).toContain('Der Status ist schon Storno und wird nicht verändert.');
    expect(words).toContain('Die E-Mail an Ö-Ticket geht');
    expect(words).not.toMatch(/können Sie abbrechen|Absage speichert|setzt den Status|Alles bereit/);
    expect(await violations(page)).toEqual([]);
  });
});

describe('a house without a gateway', () => {
  async function openGuided(number: string, changes: Record<string, string> = {}): Promise<Page> {
    const page = await open({ house: 'GUID', eventNumber: number });
    const fields: Record<string, string> = {
      'seen.title': SEEN.title,
      'seen.status': 'Verkaufsfreigabe',
      'seen.startsAt': '2028-01-05T19:30',
      'seen.venue': SEEN.venue,
      'seen.location': SEEN.location,
      'seen.organiser': SEEN.organiser,
      ...changes,
    };
    for (const [name, value] of Object.entries(fields)) await page.locator(`[name="${name}"]`).fill(value);
    await check(page);
    return page;
  }

  it('reads what the clerk does, when they are needed, and what ends the abort', async () => {
    const page = await openGuided('800001');
    const words = await main(page);
    expect(words).toContain('Sie speichern in Jet Titel und Hinweis');
    expect(words).toContain('Danach werden Sie gebraucht');
    expect(words).toMatch(/ab ca\. \d\d\.\d\d Uhr\s+Sie setzen in Jet den Status auf Storno/);
    expect(words).toContain('Sobald Absage Ihnen diese Aufgabe zeigt, können Sie nicht mehr abbrechen.');
    expect(words).not.toMatch(/Absage (speichert|setzt|vergibt)|Der Status wird auf Storno gesetzt/);
    expect(await page.getByRole('button', { name: 'Absage jetzt beginnen' }).count()).toBe(1);
  });

  it('is led to the tick of a show that has begun', async () => {
    const page = await openGuided('800002', { 'seen.startsAt': '2026-01-05T19:30' });
    await page.getByRole('button', { name: 'Zurück und ändern' }).click();
    expect(await page.getByLabel('Auch absagen, wenn').isVisible()).toBe(true);
  });
});

it('an event that was put on sale again is led from the list to a new order', async () => {
  const event = await stage.api.event({ title: 'Wieder im Verkauf' });
  const order = await stage.api.prepare({ event });
  await stage.api.carryOut(order);
  const find = async () => {
    const page = await stage.page();
    await page.goto(`/absagen/neu?haus=FSP&text=${encodeURIComponent('Wieder im Verkauf')}`);
    await page.getByRole('link', { name: 'Neu lesen' }).click();
    await page.getByRole('link', { name: 'Wieder im Verkauf' }).click();
    return page;
  };
  const taken = await find();
  await taken.waitForURL(`**${pathOf(order)}**`);
  await stage.api.edit(event.eventNumber, {
    status: 'Verkaufsfreigabe',
    title: event.title,
    externalMemo: null,
  });
  const page = await find();
  await page.waitForURL(`**${formOf(event)}`);
  await check(page);
  await page.getByRole('button', { name: ORDER_BUTTON }).click();
  await page.waitForURL(`**${pathOf(order)}**`);
  await page
    .locator('#stand .big')
    .getByText(/^Absage abgeschlossen um/)
    .waitFor();
  expect(await stage.api.read(event.eventNumber)).toMatchObject({ status: 'CANCELLED' });
});
