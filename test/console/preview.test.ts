import type { Page } from 'playwright-core';
import { numericDayAndTime } from '../../src/domain/clock';
import type { JetEvent } from '../../src/domain/types';
import type { PartnerNoticeFacts } from '../../src/mail/port';
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

/** What stands on the page, once all of it is there. */
async function main(page: Page): Promise<string> {
  await page.waitForLoadState();
  return page.getByRole('main').innerText();
}

async function open(event: Pick<JetEvent, 'house' | 'eventNumber'>): Promise<Page> {
  const page = await stage.page();
  await page.goto(formOf(event));
  return page;
}

async function check(page: Page, reason = REASON): Promise<void> {
  await page.getByLabel('Hinweis für Ö-Ticket').fill(reason);
  await page.getByRole('button', { name: 'Weiter: prüfen' }).click();
  await page.getByRole('link', { name: 'Zurück und ändern' }).waitFor();
  await page.waitForLoadState();
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

describe('the page of the check', () => {
  it('has an address of its own, without a word of the order, and is the same when it is loaded again', async () => {
    const page = await open(await stage.api.event());
    await check(page, 'Sturm über St. Pölten.');
    expect(page.url()).toMatch(/\/pruefen\?entwurf=[0-9a-f-]{36}$/);
    const answer = await page.reload();
    expect(answer?.request().method()).toBe('GET');
    expect(await main(page)).toContain('Sturm über St. Pölten.');
    expect(await page.getByRole('button', { name: ORDER_BUTTON }).count()).toBe(1);
  });

  it('is shown to the browser that filled in the form, and to no other', async () => {
    const event = await stage.api.event();
    const page = await open(event);
    await check(page);
    const other = await stage.page();
    await other.goto(page.url());
    expect(await main(other)).toContain('Ihre Angaben sind nicht mehr da');
    expect(await other.getByLabel('Hinweis für Ö-Ticket').inputValue()).toBe('');
  });

  it('leads from each row back to its field, with everything that was typed', async () => {
    const page = await open(await stage.api.event());
    await page.getByRole('radio', { name: 'ABGESAGT' }).check();
    await check(page);
    for (const [row, field] of [
      ['Zusatz', 'marker'],
      ['Hinweis für Ö-Ticket', 'reason'],
      ['Rückfragen an', 'contact.name'],
      ['Stornoberechtigung bis', 'rightValidUntil'],
    ] as const) {
      await page.getByRole('link', { name: `Ändern: ${row}` }).click();
      await page.waitForURL(`**#${field}`);
      expect(await page.locator(`[id="${field}"]`).isVisible()).toBe(true);
      expect(await page.getByLabel('Hinweis für Ö-Ticket').inputValue()).toBe(REASON);
      expect(await page.getByRole('radio', { name: 'ABGESAGT' }).isChecked()).toBe(true);
      await page.goBack();
    }
    await page.getByRole('link', { name: 'Ändern: Hinweis' }).click();
    await check(page, 'Besser so.');
    expect(await main(page)).toContain('Besser so.');
  });

  it('is left by Back after the order without sending anything again, and its words are gone', async () => {
    const event = await stage.api.event();
    const page = await open(event);
    await check(page);
    const address = page.url();
    await page.getByRole('button', { name: ORDER_BUTTON }).click();
    await page.waitForURL(`**${pathOf(event)}/**`);
    const answer = await page.goBack();
    expect(answer?.request().method() ?? 'GET').toBe('GET');
    await page.goto(address);
    expect(await main(page)).not.toContain(REASON);
    await page.getByRole('link', { name: 'Zur bestehenden Absage' }).waitFor();
    await stage.api.untilState(event, 'completed');
  });

  it('says on the button who will have ordered', async () => {
    const page = await open(await stage.api.event());
    await check(page);
    const name = /als (.*), mit dem Hinweis/.exec(
      await page.getByRole('button', { name: ORDER_BUTTON }).innerText(),
    )?.[1];
    expect(await page.locator('.who').innerText()).toContain(name);
  });
});

describe('the mail to Ö-Ticket', () => {
  const letter = (page: Page) => page.locator('#e-mail .letter').innerText();

  it('is shown with its addresses, whom to call back, and the reason', async () => {
    const page = await open(await stage.api.event());
    await page.getByText('Weitere Angaben').click();
    await page.getByLabel('Rückfragen an').fill('Eva Muster');
    await page.getByLabel('Telefon').fill('+43 2742 123');
    await check(page, 'Erste Zeile.\nZweite Zeile.');
    const { partnerNotice } = stage.api.deps.houses.get('FSP')!;
    const words = await page.locator('#e-mail').innerText();
    for (const address of [partnerNotice.from, partnerNotice.to, ...partnerNotice.cc])
      expect(words).toContain(address);
    expect(await letter(page)).toContain('Eva Muster\nTelefon: +43 2742 123');
    expect(await letter(page)).toContain('Erste Zeile.\nZweite Zeile.');
    expect(await page.locator('#angaben').innerText()).toContain('Eva Muster, +43 2742 123');
  });

  it('names the box office where nobody else is named', async () => {
    const page = await open(await stage.api.event());
    await check(page);
    const { boxOffice } = stage.api.deps.houses.get('FSP')!;
    expect(await letter(page)).toContain(`${boxOffice.name}\nTelefon: ${boxOffice.phone}`);
  });

  it('is the one that is sent, but for its times', async () => {
    const event = await stage.api.event({ customerTitle: 'Für alle', externalMemo: 'Einlass ab 19.00 Uhr.' });
    const page = await open(event);
    await check(page);
    const shown = await letter(page);
    await page.getByRole('button', { name: ORDER_BUTTON }).click();
    await stage.api.untilState(event, 'completed');
    const { text } = stage.api.mail.sent.find(({ subject }) => subject === `Absage: ${event.title}`)!;
    const facts = JSON.parse(text) as PartnerNoticeFacts;
    const house = stage.api.deps.houses.get('FSP')!;
    const sent = stage.api.deps.composeNotice(house, facts);
    const times = [facts.markedAt!, facts.stornoAt, facts.seenInChannelAt].map(numericDayAndTime);
    const withoutTimes = times.reduce((whole, time) => whole.replaceAll(time, '…'), sent.text);
    expect(shown).toBe(withoutTimes.trimEnd());
  });
});

describe('the words for Ö-Ticket', () => {
  it('may be as long as there is room in the memo, counted as they will be saved', async () => {
    const page = await open(await stage.api.event({ externalMemo: 'x'.repeat(900) }));
    const field = page.getByLabel('Hinweis für Ö-Ticket');
    expect(await field.getAttribute('maxlength')).toBe('98');
    await field.fill('a'.repeat(98));
    expect(await main(page)).toContain('Gespeichert werden 1000 von 1000 Zeichen.');
    await check(page, 'a'.repeat(98));
    expect(await page.getByRole('button', { name: ORDER_BUTTON }).count()).toBe(1);
  });

  it('find no room where the old text fills the memo, and that is said before anything is typed', async () => {
    const page = await open(await stage.api.event({ externalMemo: 'x'.repeat(1_000) }));
    expect(await main(page)).toContain('kein Platz mehr (1002 von 1000 Zeichen)');
  });

  it('can begin with a template, which takes nothing away that somebody has written', async () => {
    const page = await open(await stage.api.event());
    const field = page.getByLabel('Hinweis für Ö-Ticket');
    const take = (words: string) =>
      page.locator('.templates li').filter({ hasText: words }).getByRole('button').click();
    await take('wegen des Wetters');
    expect(await field.inputValue()).toBe('Die Vorstellung muss wegen des Wetters leider entfallen.');
    await take('technischen Gebrechens');
    expect(await field.inputValue()).not.toContain('Wetters');
    await field.fill('Eigene Worte.');
    await take('wegen des Wetters');
    expect(await field.inputValue()).toMatch(/^Eigene Worte\.\nDie Vorstellung/);
  });

  it.each(['ENTFÄLLT', 'ABGESAGT'])('%s is explained by an example, and by the title', async (marker) => {
    const event = await stage.api.event();
    const page = await open(event);
    const choice = page.locator('.choice').filter({ has: page.getByRole('radio', { name: marker }) });
    expect(await choice.innerText()).toContain('Beispiel: ');
    expect(await choice.innerText()).toContain(`Im Titel: ${event.title} – ${marker}`);
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
    await page.getByRole('link', { name: 'Zurück und ändern' }).click();
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

  it('sees a title shortened and a hint refused as the masks of its Jet demand it', async () => {
    const page = await openGuided('800003', { 'seen.title': 'Wienerlieder '.repeat(5).trim().slice(0, 57) });
    expect(await main(page)).toMatch(/Der Titel wird gekürzt[^]*60 von 60 Zeichen/);
    const full = await openGuided('800004', { 'seen.externalMemo': 'x'.repeat(990) });
    expect(await main(full)).toContain('sind zusammen zu lang für das Feld in Jet');
  });

  it('is led to the tick of a show that has begun', async () => {
    const page = await openGuided('800002', { 'seen.startsAt': '2026-01-05T19:30' });
    await page.getByRole('link', { name: 'Zurück und ändern' }).click();
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
