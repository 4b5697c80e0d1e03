import type { Page } from 'playwright-core';
import type { CancellationView } from '../../src/cases/view';
import { SIMULATOR_TOKEN } from '../../src/settings/environment';
import { ConsoleStage, DESKTOP, overflow, PHONE, violations } from '../support/console-stage';
import { eventually } from '../support/eventually';

jest.setTimeout(120_000);

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await ConsoleStage.open();
  await stage.stopServer();
  const { url: simulatorUrl } = stage.api.simulator;
  const training = { simulatorUrl, simulatorToken: SIMULATOR_TOKEN, mailUiUrl: null };
  await stage.startServer({ training });
});
afterEach(async () => {
  await stage.clear();
  expect(stage.takeComplaints()).toEqual([]);
});
afterAll(() => stage?.close());

const HOUSE = 'GUID';
const TITLE = 'Der Talisman';
const CUSTOMER_TITLE = 'Der Talisman – Posse mit Gesang';
const MEMO = 'Einlass ab 19.00 Uhr.';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

/** The mask that the link of a page opens in a second window. */
async function openMask(page: Page): Promise<Page> {
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Übungsmaske in einem zweiten Fenster öffnen' }).click();
  const mask = await opened;
  await mask.getByText('ÜBUNG – das ist nicht Jet.').waitFor();
  return mask;
}

/** What the mask shows beside its fields. */
async function shown(mask: Page, label: string): Promise<string> {
  return (await mask.locator(`dt:text-is("${label}") + dd`).textContent()) ?? '';
}

/** A trainee orders the cancellation of an event that stands in the practice masks, and copies what they show. */
async function order(): Promise<{ page: Page; eventNumber: string }> {
  const texts = { title: TITLE, customerTitle: CUSTOMER_TITLE, externalMemo: MEMO };
  const { eventNumber } = await stage.api.event({ house: HOUSE, ...texts });
  const page = await stage.page();
  await page.goto(`/absagen/neu?haus=${HOUSE}`);
  const list = await openMask(page);
  expect(new URL(list.url()).search).toBe(`?haus=${HOUSE}`);
  await list.close();
  await field(page, 'VA-Nummer').fill(eventNumber);
  await button(page, 'Weiter').click();

  const mask = await openMask(page);
  expect(new URL(mask.url()).pathname).toBe(`/masken/veranstaltungen/${eventNumber}`);
  for (const label of ['Titel', 'Titel (Kundensicht)', 'Externer Memotext', 'Status'])
    await field(page, label).fill(await field(mask, label).inputValue());
  for (const label of ['Spielstätte', 'Spielort', 'Veranstalter'])
    await field(page, label).fill(await shown(mask, label));
  const [, day, month, year, time] = /(\d\d)\.(\d\d)\.(\d{4}), (\d\d:\d\d)/.exec(
    await shown(mask, 'Beginn'),
  )!;
  await field(page, 'Beginn').fill(`${year}-${month}-${day}T${time}`);
  await mask.close();
  await page.getByLabel('Hinweis für Ö-Ticket').fill('Leider entfallen.');
  await button(page, 'Weiter: prüfen').click();
  await stage.api.withTiming({ syncIntervalMs: 1_000 }, async () => {
    await page.getByRole('button', { name: 'Absage jetzt beginnen' }).click();
    await page.waitForURL(`**/absagen/${HOUSE}/${eventNumber}/*`);
  });
  return { page, eventNumber };
}

/** Waits for a task, and opens its mask. */
async function taskOf(page: Page, step: string): Promise<Page> {
  await page.locator(`#frage input[name=step][value=${step}]`).waitFor({ state: 'attached' });
  return openMask(page);
}

/** Enters in the mask what the task says, but for what the trainee gets wrong, and saves. */
async function enter(page: Page, mask: Page, labels: readonly string[], wrong: Record<string, string> = {}) {
  for (const label of labels) {
    const text = wrong[label] ?? (await field(page, label).first().inputValue());
    const input = field(mask, label);
    const isChoice = await input.evaluate((element) => element.nodeName === 'SELECT');
    if (isChoice) await input.selectOption(text);
    else await input.fill(/^\d\d\.\d\d\.\d{4}$/.test(text) ? text.split('.').reverse().join('-') : text);
  }
  await button(mask, 'Speichern').click();
  await mask.getByText('Gespeichert.').waitFor();
}

/** Opens the mask anew, and confirms what it shows then. */
async function confirm(page: Page, mask: Page, readBack: Record<string, string>) {
  await mask.goto(mask.url().split('?')[0]!);
  for (const [name, label] of Object.entries(readBack)) {
    const isField = (await field(mask, label).count()) > 0;
    const text = isField ? await field(mask, label).inputValue() : await shown(mask, label);
    await page.locator(`[id="readBack.${name}"]`).fill(text);
  }
  await button(page, 'Erledigt, das steht jetzt da').click();
}

const TEXTS = ['Titel', 'Titel (Kundensicht)', 'Externer Memotext'];
const READ_TEXTS = {
  title: 'Titel',
  customerTitle: 'Titel (Kundensicht)',
  externalMemo: 'Externer Memotext',
};
const READ_STATUS = { status: 'Status', title: 'Titel' };

const big = (page: Page, text: RegExp | string) => page.locator('#stand .big').filter({ hasText: text });

async function expectCaught(page: Page, text: string): Promise<void> {
  await page.getByText('Das wurde nicht ausgeführt:').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain(text);
  // The browser reports the answer 409 to the form.
  stage.takeComplaints();
}

it('a guided case is done in two windows, from the order to the end', async () => {
  const { page, eventNumber } = await order();
  await big(page, 'Jetzt sind Sie dran.').waitFor();

  const texts = await taskOf(page, 'mark-titles');
  await enter(page, texts, TEXTS);
  await confirm(page, texts, READ_TEXTS);

  const status = await taskOf(page, 'set-storno');
  expect(await field(status, 'Titel').inputValue()).toBe(`${TITLE} – ENTFÄLLT`);
  await enter(page, status, ['Status']);
  await confirm(page, status, READ_STATUS);

  const channel = await taskOf(page, 'verify-channel');
  // The simulator's own transfer, at its own interval.
  await eventually(
    async () => {
      await channel.reload();
      return shown(channel, 'Status');
    },
    (text) => text === 'Storno',
  );
  await confirm(page, channel, { status: 'Status' });

  const right = await taskOf(page, 'grant-right');
  await field(right, 'Benutzer').selectOption('Connect Online Kassierer');
  await enter(page, right, ['Gültig von', 'Gültig bis']);
  const day = async (label: string) => (await shown(right, label)).split('.').reverse().join('-');
  await page.locator('[id="readBack.validFrom"]').fill(await day('Gültig von'));
  await page.locator('[id="readBack.validUntil"]').fill(await day('Gültig bis'));
  await button(page, 'Erledigt, das steht jetzt da').click();

  await big(page, /^Absage abgeschlossen um/).waitFor();
  expect(await stage.api.read(eventNumber)).toMatchObject({
    status: 'CANCELLED',
    title: `${TITLE} – ENTFÄLLT`,
    customerTitle: `${CUSTOMER_TITLE} – ENTFÄLLT`,
    externalMemo: `Leider entfallen.\n\n${MEMO}`,
  });
  const writers = (await stage.api.simulator.log(eventNumber))
    .filter(({ after, actor }) => after !== null && actor !== 'sync')
    .map(({ actor }) => actor);
  expect(new Set(writers)).toEqual(new Set(['human']));

  // A new programme puts everything back: then the same can be practised again, with the same words.
  const first = await stage.api.view({ house: HOUSE, eventNumber });
  const { marker, reason, seen } = first.order;
  const again = () =>
    stage.api.post<CancellationView>('/v1/cancellations', {
      house: HOUSE,
      eventNumber,
      marker,
      reason,
      seen,
    });
  expect((await again()).body).toMatchObject({ caseId: first.caseId, state: 'completed' });
  const texts0 = { title: TITLE, customerTitle: CUSTOMER_TITLE, externalMemo: MEMO };
  await stage.api.edit(eventNumber, { ...texts0, status: 'Verkaufsfreigabe' });
  const { status: answered, body } = await again();
  expect([answered, body.caseId === first.caseId]).toEqual([202, false]);
  await stage.api.until({ house: HOUSE, eventNumber }, ({ attention }) => attention?.step === 'mark-titles');
});

it('a mistake in a mask is caught by what the trainee reads back, and can be put right', async () => {
  const { page, eventNumber } = await order();

  const texts = await taskOf(page, 'mark-titles');
  await enter(page, texts, TEXTS, { 'Titel (Kundensicht)': CUSTOMER_TITLE });
  await confirm(page, texts, READ_TEXTS);
  await expectCaught(
    page,
    `Titel (Kundensicht): erwartet „${CUSTOMER_TITLE} – ENTFÄLLT“, gelesen „${CUSTOMER_TITLE}“`,
  );
  await enter(page, texts, TEXTS, { 'Externer Memotext': '' });
  await confirm(page, texts, READ_TEXTS);
  await expectCaught(page, 'Externer Memotext: erwartet');
  await enter(page, texts, TEXTS);
  await confirm(page, texts, READ_TEXTS);

  const status = await taskOf(page, 'set-storno');
  await enter(page, status, ['Status'], { Status: 'Abschluss' });
  await confirm(page, status, READ_STATUS);
  await expectCaught(page, 'Status: erwartet „Storno“, gelesen „Abschluss“.');
  expect(await stage.api.view({ house: HOUSE, eventNumber })).toMatchObject({ step: 'set-storno' });
  await field(status, 'Status').selectOption('Storno');
  await button(status, 'Speichern').click();
  await status.getByText('Aus dem Status Abschluss kann nicht storniert werden.').waitFor();
  stage.takeComplaints();

  // It cannot be put right in the mask: the trainee says what stands there, and Absage stops and names it.
  await page.getByText('In Jet steht ein anderer Status …').click();
  await page.getByLabel('In Jet steht der Status Abschluss.').check();
  await page.locator('#grund-decide').fill('Selbst verwählt.');
  await button(page, 'So entscheiden').click();
  await page.locator('#frage .what').filter({ hasText: 'In Jet steht der Status „Abschluss“' }).waitFor();
  await page.getByRole('link', { name: 'Im Handbuch nachschlagen' }).waitFor();
  const mended = page.locator('#weg-decide-shows-expected-status');
  await mended
    .locator('summary')
    .filter({ hasText: /^In Jet steht wieder der Status/ })
    .click();
  await mended.locator('[name=reason]').fill('Ist in Ordnung gebracht.');
  await mended.getByRole('button', { name: 'So entscheiden' }).click();
  await page.locator('#frage input[name=step][value=set-storno]').waitFor({ state: 'attached' });
});

it('a step by hand of a house with a gateway has its mask, too', async () => {
  const aCase = await stage.api.prepare();
  await stage.api.simulator.control('POST', '/faults', [
    { operation: 'save-announcement', kind: 'maintenance', probability: 1, eventNumber: aCase.eventNumber },
  ]);
  await stage.api.start(aCase, { attentionAfterMs: 1_000 });
  await stage.api.untilState(aCase, 'needs-attention');
  const page = await stage.page();
  await page.goto(`/absagen/${aCase.house}/${aCase.eventNumber}`);
  await page.locator('#weg-confirm-step > summary').click();
  const mask = await openMask(page);
  expect(new URL(mask.url()).pathname).toBe(`/masken/veranstaltungen/${aCase.eventNumber}`);
});

it.each([
  ['at the counter', DESKTOP],
  ['on a phone', PHONE],
])('the masks can be used by everybody, %s', async (_where, viewport) => {
  const { eventNumber } = await stage.api.event({ house: HOUSE });
  const page = await stage.page({ viewport });
  const { url } = stage.api.simulator;
  for (const path of ['', '/veranstaltungen/', '/connect-online/', '/stornoberechtigungen/']) {
    await page.goto(`${url}/masken${path}${path && eventNumber}`);
    expect([path, await violations(page)]).toEqual([path, []]);
    expect([path, await overflow(page)]).toEqual([path, 0]);
  }
});

it('there is no link to a mask without a simulator to practise with', async () => {
  await stage.stopServer();
  await stage.startServer({ isSimulator: () => false, training: undefined });
  const page = await stage.page();
  await page.goto(`/absagen/neu/${HOUSE}/610201`);
  await page.getByRole('group', { name: /^Was steht in der Maske/ }).waitFor();
  expect(await page.content()).not.toContain('/masken');
});
