import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import { toMs } from '../../src/domain/clock';
import type { Order } from '../../src/domain/types';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { ConsoleStage, pathOf } from '../support/console-stage';
import { eventually } from '../support/eventually';

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

const big = (page: Page, text: string | RegExp) => page.locator('#stand .big').getByText(text);
const button = (page: Page, name: string) => page.getByRole('button', { name });

/** Opens the page of a case that stays in its first wait. */
async function openWaiting(): Promise<{ order: Order; page: Page }> {
  const order = await stage.api.prepare();
  await stage.api.startWaiting(order);
  return { order, page: await openCase(order) };
}

async function openCase(order: Order): Promise<Page> {
  const page = await stage.page();
  await page.goto(pathOf(order));
  // Reloading the page would lose this value.
  await page.evaluate('window.isSamePage = true');
  return page;
}

/** The page asks for a stream and gets none, so it stays out of date. `says` makes up what the stream says. */
const withoutStream = (page: Page) =>
  page.addInitScript(`
    window.SharedWorker = class {
      port = { postMessage() {} };
      constructor() { window.says = (message) => this.port.onmessage({ data: message }); }
    };
  `);

const isSamePage = (page: Page) => page.evaluate('window.isSamePage === true');

async function abort(page: Page, reason: string): Promise<void> {
  await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
  await page.locator('#grund-abort').fill(reason);
  await button(page, 'Abbrechen und Titel zurücksetzen').click();
}

describe('a case', () => {
  it('is aborted in its first wait, with a reason, and the titles come back', async () => {
    const { order, page } = await openWaiting();
    await abort(page, 'Es wird doch gespielt.');
    await big(page, 'Absage abgebrochen.').waitFor();
    expect(await stage.api.read(order.eventNumber)).toMatchObject({ title: order.expected.title });
    const { caseId } = await stage.api.view(order);
    expect(await stage.api.journal.entries(caseId)).toContainEqual(
      expect.objectContaining({
        kind: 'decision',
        after: expect.objectContaining({ reason: 'Es wird doch gespielt.' }) as object,
      }),
    );
  });

  it('asks for a person, shows what does not fit together, and goes on as they decide', async () => {
    const order = await stage.api.prepare();
    await stage.api.startWaiting(order);
    const page = await openCase(order);
    await stage.api.edit(order.eventNumber, { title: order.expected.title });
    await stage.api.skipWait(order);
    await big(page, 'Absage braucht Sie.').waitFor();
    const row = page.getByRole('region', { name: 'Was nicht zusammenpasst' }).getByRole('row').nth(1);
    expect(await row.innerText()).toMatch(/^Titel\s.* – ENTFÄLLT\s/);
    expect(await isSamePage(page)).toBe(true);
    // All ways stand beside each other, each folded, and none may look like the usual one.
    const ways = page.locator('#wege');
    await ways.getByText('Was soll geschehen?').waitFor();
    expect(await ways.locator('summary').allInnerTexts()).toEqual([
      'Zusatz und Hinweis noch einmal anbringen. Danach wird wieder gewartet. …',
      'Jetzt noch einmal versuchen …',
      'Absage abbrechen und Titel zurücksetzen …',
    ]);
    expect(await ways.locator('details[open], .danger, :checked').count()).toBe(0);
    expect(await page.locator('#frage').getByRole('button').count()).toBe(0);
    const { ticketingTeam, partner } = stage.api.deps.houses.get('FSP')!.contacts;
    for (const contact of [ticketingTeam, partner])
      expect(await page.locator('#frage').innerText()).toContain(`${contact!.name}: ${contact!.phone}`);
    await ways.locator('summary').first().click();
    await page.locator('#grund-decide-mark-again').fill('Es bleibt dabei.');
    await button(page, 'So entscheiden').click();
    await stage.api.skipWait(order);
    await stage.api.until(order, ({ step }) => step === 'wait-for-storno-transfer');
    await stage.api.skipWait(order);
    await big(page, /^Absage abgeschlossen um/).waitFor();
    await page.getByText('Das bleibt für das Haus zu tun').waitFor();
    expect(await stage.api.read(order.eventNumber)).toMatchObject({ status: 'CANCELLED' });
  });

  it('of a house without a gateway is done by hand, from the number to the end', async () => {
    const page = await stage.page();
    await page.goto('/absagen/neu?haus=GUID');
    await page.getByLabel('VA-Nummer').fill('880001');
    await button(page, 'Weiter').click();
    const seen = page.getByRole('group', { name: /^Was steht in der Maske/ });
    const fields = {
      Titel: 'Der Talisman',
      'Externer Memotext': 'Einlass ab 19.00 Uhr.',
      Status: 'Verkaufsfreigabe',
      Beginn: '2027-05-05T19:30',
      Spielstätte: 'Stadtsaal',
      Spielort: 'Krems',
      Veranstalter: 'Gastspiele GmbH',
    };
    for (const [label, text] of Object.entries(fields)) {
      await seen.getByLabel(label, { exact: true }).fill(text);
    }
    await page.getByLabel('Hinweis für Ö-Ticket').fill('Leider entfallen.');
    await button(page, 'Weiter: prüfen').click();
    // Each wait lasts until it has been seen.
    await stage.api.withTiming({ syncIntervalMs: 600_000 }, async () => {
      await button(page, 'Absage jetzt beginnen').click();
      await page.waitForURL('**/absagen/GUID/880001/*');
    });

    const confirm = async (step: string, values: Record<string, string>) => {
      await page.locator(`#frage input[name=step][value=${step}]`).waitFor({ state: 'attached' });
      for (const [name, value] of Object.entries(values)) {
        await page.locator(`[id="readBack.${name}"]`).fill(value);
      }
      await button(page, 'Erledigt, das steht jetzt da').click();
    };
    const task = (label: string) => page.locator('.task').getByLabel(label, { exact: true });
    await big(page, 'Jetzt sind Sie dran.').waitFor();
    const title = await task('Titel').inputValue();
    expect(title).toBe('Der Talisman – ENTFÄLLT');
    const externalMemo = await task('Externer Memotext').inputValue();
    expect(externalMemo).toBe('Leider entfallen.\n\nEinlass ab 19.00 Uhr.');
    await confirm('mark-titles', { title: 'Der Talisman', externalMemo });
    await page.getByText('Das wurde nicht ausgeführt').waitFor();
    stage.takeComplaints();
    await confirm('mark-titles', { title, externalMemo });
    await big(page, /^Wartezeit bis/).waitFor();
    const guided = { house: 'GUID', eventNumber: '880001' };
    await stage.api.skipWait(guided);
    await confirm('set-storno', { status: 'Storno', title });
    await stage.api.until(guided, ({ step }) => step === 'wait-for-storno-transfer');
    await stage.api.skipWait(guided);
    await confirm('verify-channel', { status: 'Storno' });
    const right = page.locator('.task');
    const date = async (label: string) =>
      (await right.getByLabel(label, { exact: true }).inputValue()).split('.').reverse().join('-');
    await right.getByLabel('Gültig von', { exact: true }).waitFor();
    await confirm('grant-right', {
      validFrom: await date('Gültig von'),
      validUntil: await date('Gültig bis'),
    });
    await big(page, /^Absage abgeschlossen um/).waitFor();
    expect(stage.api.mail.sent).toContainEqual(expect.objectContaining({ subject: 'Absage: Der Talisman' }));
  });
});

describe('aborting', () => {
  it('needs one press for its reason', async () => {
    const { order, page } = await openWaiting();
    await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
    expect(await page.locator('#weg-abort :checked').count()).toBe(0);
    await page.getByLabel('Findet doch statt.').check();
    await button(page, 'Abbrechen und Titel zurücksetzen').click();
    await big(page, 'Absage abgebrochen.').waitFor();
    const { caseId } = await stage.api.view(order);
    const lines = JSON.stringify(await stage.api.journal.entries(caseId));
    expect(lines).toContain('"reason":"Findet doch statt."');
  });

  it('takes a reason and own words together, and asks for one of them', async () => {
    const { order, page } = await openWaiting();
    await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
    await button(page, 'Abbrechen und Titel zurücksetzen').click();
    await page.getByText('Das wurde nicht ausgeführt').waitFor();
    stage.takeComplaints();
    await page.getByLabel('Falscher Text.').check();
    await page.locator('#grund-abort').fill('Im Hinweis steht das falsche Datum.');
    await button(page, 'Abbrechen und Titel zurücksetzen').click();
    await big(page, 'Absage abgebrochen.').waitFor();
    const { notes } = await stage.api.view(order);
    expect(notes.join(' ')).toContain('Falscher Text. Im Hinweis steht das falsche Datum.');
  });

  it('stands apart from what makes the case faster', async () => {
    const { page } = await openWaiting();
    expect(await page.locator('#wege > *').evaluateAll((all) => all.map(({ id }) => id))).toEqual([
      'wege-titel',
      'weg-skip-wait',
      'abbruch-titel',
      'weg-abort',
    ]);
    expect(await page.locator('#wege .danger').count()).toBe(1);
  });
});

describe('of two people', () => {
  it('who abort the same case, the second one learns that it is done', async () => {
    const { order, page: first } = await openWaiting();
    const second = await openCase(order);
    await withoutStream(second);
    await second.reload();
    await abort(first, 'Es wird doch gespielt.');
    await big(first, 'Absage abgebrochen.').waitFor();
    await abort(second, 'Es wird doch gespielt.');
    await second.getByText('Das wurde nicht ausgeführt').waitFor();
    await big(second, 'Absage abgebrochen').waitFor();
    stage.takeComplaints();
  });

  it('who confirm the same step, the second one learns that it is done', async () => {
    const order = guidedOrder('880102');
    await stage.api.post('/v1/cancellations', order);
    const confirm = async (page: Page) => {
      const task = (label: string) => page.locator('.task').getByLabel(label, { exact: true });
      await page.locator('[id="readBack.title"]').fill(await task('Titel').inputValue());
      await page.locator('[id="readBack.externalMemo"]').fill(await task('Externer Memotext').inputValue());
      await button(page, 'Erledigt, das steht jetzt da').click();
    };
    const first = await openCase(order);
    await big(first, 'Jetzt sind Sie dran.').waitFor();
    const second = await stage.page();
    await withoutStream(second);
    await second.goto(pathOf(order));
    await confirm(first);
    await stage.api.until(order, ({ step }) => step !== 'mark-titles');
    await confirm(second);
    await second.getByText('Das wurde nicht ausgeführt').waitFor();
    // The wait may be over by then, so that Absage already asks for another step.
    const { nothingToConfirm } = ACTION_TEXTS;
    await second
      .getByText(nothingToConfirm)
      .or(second.getByText('Für einen anderen Schritt ist das jetzt nicht möglich.'))
      .waitFor();
    await second.close();
    stage.takeComplaints();
    const { caseId } = await stage.api.view(order);
    const done = (await stage.api.journal.entries(caseId)).filter(({ outcome }) => outcome === 'by-hand');
    expect(done).toHaveLength(1);
  });

  it('who order the same performance with other words, the second one is led to the first order', async () => {
    const event = await stage.api.event();
    const preview = async (reason: string) => {
      const page = await stage.page();
      await page.goto(`/absagen/neu/FSP/${event.eventNumber}`);
      await page.getByLabel('Hinweis für Ö-Ticket').fill(reason);
      await button(page, 'Weiter: prüfen').click();
      await page.getByText('Alles bereit.').waitFor();
      return page;
    };
    const [first, second] = await Promise.all([preview('Sturm'), preview('Hochwasser')]);
    await button(first, 'Diese Vorstellung jetzt absagen').click();
    await first.waitForURL(`**${pathOf(event)}/*`);
    await button(second, 'Diese Vorstellung jetzt absagen').click();
    await second.getByText('Für diese Veranstaltung gibt es bereits eine Absage.').waitFor();
    await second.getByRole('link', { name: 'Zur bestehenden Absage' }).click();
    await second.waitForURL(`**${pathOf(event)}/*`);
    stage.takeComplaints();
    expect(await stage.api.view(event)).toMatchObject({ order: { reason: 'Sturm' } });
  });

  it('one who comes too late with an abort learns that Storno is under way', async () => {
    const order = await stage.api.prepare();
    await stage.api.startWaiting(order);
    const page = await stage.page({ javaScriptEnabled: false });
    await page.goto(pathOf(order));
    await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
    await page.locator('#grund-abort').fill('doch nicht');
    await stage.api.skipWait(order);
    await stage.api.until(order, ({ pointOfNoReturnPassed }) => pointOfNoReturnPassed);
    await button(page, 'Abbrechen und Titel zurücksetzen').click();
    // Asked at once, the page that comes may have nothing in it yet.
    await page.getByRole('alert').waitFor();
    const [refusal] = await page.getByRole('alert').allInnerTexts();
    expect(refusal).toContain(ACTION_TEXTS.abortTooLate);
    expect(refusal).toMatch(/seit \d\d\.\d\d Uhr/);
    expect(refusal).toContain('Begründung: „doch nicht“');
    // Whoever loads that address again sees the case.
    const again = await page.goto(
      `${(await stage.api.view(order)).links.self.replace('/v1/cases/', `${pathOf(order)}/`)}/abort`,
    );
    expect(again?.status()).toBe(200);
    await page.goBack();
    // A page that answers a form must not reload by itself.
    expect(await page.content()).not.toContain('http-equiv="refresh"');
    stage.takeComplaints();
  });
});

describe('eight pages that are open in one browser', () => {
  it('are all loaded and up to date, and each of them aborts its case within two seconds', async () => {
    const context = await stage.context();
    const open = async () => {
      const order = await stage.api.prepare();
      await stage.api.startWaiting(order);
      const page = await context.newPage();
      await page.goto(pathOf(order));
      return { order, page };
    };
    const opened: Awaited<ReturnType<typeof open>>[] = [];
    while (opened.length < 8) opened.push(await open());
    for (const { order, page } of opened.reverse()) {
      // A browser hardly lets a page draw that nobody looks at.
      await page.bringToFront();
      await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
      await page.locator('#grund-abort').fill('Es wird doch gespielt.');
      await page.evaluate(`addEventListener('submit', () => (sessionStorage.pressedAt = Date.now()))`);
      await button(page, 'Abbrechen und Titel zurücksetzen').click();
      await big(page, 'Absage abgebrochen.').waitFor();
      const pressedAtMs = Number(await page.evaluate('sessionStorage.pressedAt'));
      const { caseId } = await stage.api.view(order);
      const accepted = (await stage.api.journal.entries(caseId)).find(({ kind }) => kind === 'decision');
      expect(toMs(accepted!.at) - pressedAtMs).toBeLessThan(2_000);
    }
  }, 120_000);

  it('share one stream, and are each up to date', async () => {
    const context = await stage.context();
    const streams = new Set<ServerResponse>();
    stage.app.server.on('request', ({ url }, answer) => {
      if (!url?.startsWith('/live')) return;
      streams.add(answer);
      answer.once('close', () => streams.delete(answer));
    });
    const order = await stage.api.prepare();
    await stage.api.startWaiting(order);
    const pages: Page[] = [];
    while (pages.length < 8) {
      const page = await context.newPage();
      await page.goto(pathOf(order));
      pages.push(page);
    }
    await eventually(
      () => Promise.resolve(streams.size),
      (size) => size === 1,
    );
    await stage.api.post(`/v1/cancellations/${order.house}/${order.eventNumber}/abort`, { reason: 'nein' });
    for (const page of pages) await big(page, 'Absage abgebrochen.').waitFor();
  });
});

describe('a page that is open', () => {
  it('follows its case to the end without being loaded again', async () => {
    const order = await stage.api.prepare();
    await stage.api.startWaiting(order);
    const page = await openCase(order);
    await stage.api.skipWait(order);
    await page.getByText('Der Storno ist gespeichert.').waitFor();
    await stage.api.skipWait(order);
    await big(page, /^Absage abgeschlossen um/).waitFor();
    expect(await isSamePage(page)).toBe(true);
    // Not the newest: a case of an earlier test may have come to its mail meanwhile.
    const subject = `Absage: ${order.expected.title}`;
    const { messageId } = stage.api.mail.sent.find((mail) => mail.subject === subject)!;
    await page.locator('#mail').getByText('E-Mail an Ö-Ticket').click();
    await page.getByText(messageId).waitFor();
  });

  it('of a case that has ended is not told that its stream has ended as well', async () => {
    const streams: ServerResponse[] = [];
    stage.app.server.on('request', ({ url }, answer) => {
      if (url?.startsWith('/live')) streams.push(answer);
    });
    const order = await stage.api.prepare();
    await stage.api.startWaiting(order);
    const page = await stage.page();
    // As if the page were slow to say that it needs no stream any more: the stream ends before it does.
    await page.addInitScript(`
      const { postMessage } = MessagePort.prototype;
      MessagePort.prototype.postMessage = function (address) {
        if (address !== null) postMessage.call(this, address);
      };
    `);
    await page.goto(pathOf(order));
    await page.evaluate(`
      const banner = document.getElementById('offline');
      new MutationObserver(() => (window.wasCutOff ||= !banner.hidden)).observe(banner, { attributes: true });
    `);
    await eventually(
      () => Promise.resolve(streams.length),
      (count) => count === 1,
    );
    await stage.api.post(`/v1/cancellations/${order.house}/${order.eventNumber}/abort`, { reason: 'nein' });
    if (!streams[0]!.closed) await once(streams[0]!, 'close');
    await big(page, 'Absage abgebrochen.').waitFor();
    // The worker that both pages share has heard of the first stream's end before it opens the second one.
    await (await page.context().newPage()).goto('/');
    await eventually(
      () => Promise.resolve(streams.length),
      (count) => count === 2,
    );
    expect(await page.evaluate('window.wasCutOff')).toBe(false);
  });

  it('keeps the typed text, its cursor, and everything unfolded', async () => {
    const order = await stage.api.prepare();
    await stage.api.startWaiting(order);
    await stage.api.edit(order.eventNumber, { title: order.expected.title });
    const page = await openCase(order);
    await page.locator('#logbuch summary').click();
    await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
    const field = page.locator('#grund-abort');
    await field.pressSequentially('Es wird gespielt.');
    for (const _key of 'gespielt.') await page.keyboard.press('ArrowLeft');
    // The case goes on; aborting is possible before and after.
    await stage.api.skipWait(order);
    await big(page, 'Absage braucht Sie.').waitFor();
    await page.keyboard.type('doch ');
    expect(await field.inputValue()).toBe('Es wird doch gespielt.');
    expect(await page.locator('#logbuch-zeilen').getAttribute('open')).not.toBeNull();
    expect(await isSamePage(page)).toBe(true);
  });

  it('holds no stream while nobody can see it, and is up to date when it comes back into sight', async () => {
    const opened = new Promise<ServerResponse>((resolve) =>
      stage.app.server.on('request', ({ url }, answer) => {
        if (url?.startsWith('/live')) resolve(answer);
      }),
    );
    const { order, page } = await openWaiting();
    const stream = await opened;
    const turn = (hidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      `);
    await turn(true);
    if (!stream.closed) await once(stream, 'close');
    await stage.api.post(`/v1/cancellations/${order.house}/${order.eventNumber}/abort`, { reason: 'nein' });
    await stage.api.until(order, ({ state }) => state === 'aborted');
    await big(page, /^Wartezeit bis/).waitFor();
    await turn(false);
    await big(page, 'Absage abgebrochen.').waitFor();
    expect(await isSamePage(page)).toBe(true);
  });

  it('drops a row that has gone while it was out of sight', async () => {
    const order = await stage.api.prepare();
    const view = await stage.api.startWaiting(order);
    const page = await stage.page();
    await withoutStream(page);
    await page.goto('/');
    const row = page.locator(`#liste-waiting a[href="${pathOf(view)}"]`);
    await row.waitFor();
    // What a stream says first is the whole list.
    await page.evaluate(`says({ kind: 'state', regions: [], isWhole: true })`);
    await row.waitFor({ state: 'detached' });
  });

  it('shows a new case and moves it from list to list', async () => {
    const page = await stage.page();
    await page.goto('/');
    await page.evaluate('window.isSamePage = true');
    const order = await stage.api.prepare();
    const view = await stage.api.startWaiting(order);
    const row = page.locator(`#liste-waiting a[href="${pathOf(view)}"]`);
    await row.waitFor();
    await row.focus();
    await stage.api.post(`/v1/cancellations/${order.house}/${order.eventNumber}/abort`, {
      reason: 'doch nicht',
    });
    const moved = page.locator(`#liste-done a[href="${pathOf(view)}"]`);
    await moved.waitFor();
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe(pathOf(view));
    expect(await isSamePage(page)).toBe(true);
  });

  it('says when it is cut off, and goes on when the server is there again, with nobody logged out', async () => {
    const { page } = await openWaiting();
    const name = await page.locator('.who').innerText();
    const banner = page.getByText('Diese Seite wird gerade nicht aktualisiert.');
    await stage.stopServer();
    await banner.waitFor();
    await stage.startServer();
    await banner.waitFor({ state: 'hidden' });
    expect(await isSamePage(page)).toBe(true);
    await abort(page, 'Auch nach einem Neustart.');
    await big(page, /^Absage abgebrochen/).waitFor();
    expect(await page.locator('.who').innerText()).toBe(name);
    stage.takeComplaints();
  });

  it('copies what is to be entered', async () => {
    const page = await stage.page({ permissions: ['clipboard-read', 'clipboard-write'] });
    const order = guidedOrder('880100');
    await stage.api.post('/v1/cancellations', order);
    await stage.api.untilState(order, 'needs-attention');
    // What a stream says first is the whole page as the server knows it, without the word that it was copied.
    await withoutStream(page);
    await page.goto(pathOf(order));
    await button(page, 'Titel Kopieren').click();
    await page.locator('.task').getByText('Kopiert.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('Der Talisman – ENTFÄLLT');
  });

  it('without JavaScript is never loaded again, and its state renews itself in a frame', async () => {
    const page = await stage.page({ javaScriptEnabled: false });
    const order = await stage.api.prepare();
    await stage.api.startWaiting(order);
    await page.goto(pathOf(order));
    expect(await page.content()).not.toContain('http-equiv="refresh"');
    const stand = page.frameLocator('iframe[title="Stand der Absage"]');
    await stand.getByText(/^Wartezeit bis/).waitFor();
    expect(await page.locator('#stand').isVisible()).toBe(false);
    await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
    await page.locator('#grund-abort').fill('Halb getippt');
    await stage.api.post(`/v1/cancellations/${order.house}/${order.eventNumber}/abort`, { reason: 'nein' });
    await stand.getByText('Absage abgebrochen.').waitFor();
    expect(await page.locator('#grund-abort').inputValue()).toBe('Halb getippt');
    await stand.getByRole('link', { name: 'Ganze Seite neu laden' }).click();
    await page.locator('#wege form').waitFor({ state: 'detached' });
  });

  it('keeps what was typed when its form goes, and says since when Storno is set', async () => {
    const { order, page } = await openWaiting();
    await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
    await page.locator('#grund-abort').fill('Es wird doch gespielt, weil');
    await stage.api.skipWait(order);
    await page
      .locator('#stand')
      .getByText(/Abbrechen ist nicht mehr möglich: seit \d\d\.\d\d Uhr/)
      .waitFor();
    await page.locator('#grund-abort').waitFor({ state: 'detached' });
    const kept = page.locator('#geschrieben');
    expect(await kept.isVisible()).toBe(true);
    expect(await kept.getByLabel('Ihr Text').inputValue()).toBe('Es wird doch gespielt, weil');
    await stage.api.skipWait(order);
    await big(page, /^Absage abgeschlossen um/).waitFor();
    expect(await kept.getByLabel('Ihr Text').count()).toBe(1);
  });
});

/** An order of the house without a gateway. */
function guidedOrder(eventNumber: string): Order {
  const seen = {
    title: 'Der Talisman',
    customerTitle: null,
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: '2027-05-05T19:30:00.000+02:00',
    venue: 'Stadtsaal',
    location: 'Krems',
    organiser: 'Gastspiele GmbH',
  };
  return {
    house: 'GUID',
    eventNumber,
    marker: 'ENTFÄLLT',
    reason: 'Leider entfallen.',
    seen,
  } as unknown as Order;
}
