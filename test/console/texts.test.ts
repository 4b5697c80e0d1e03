import type { Page } from 'playwright-core';
import type { CancellationView } from '../../src/cases/view';
import { Attention } from '../../src/console/case/attention';
import { JournalTable } from '../../src/console/case/journal';
import { Change } from '../../src/console/components';
import type { Order } from '../../src/domain/types';
import type { JournalEntry } from '../../src/domain/journal';
import { ConsoleStage, overflow, pathOf, PHONE } from '../support/console-stage';

const MINUTE_MS = 60_000;

let stage: ConsoleStage;
let page: Page;

beforeAll(async () => {
  stage = await ConsoleStage.open();
}, 120_000);
afterAll(() => stage.close());
beforeEach(async () => {
  page = await stage.page();
});
afterEach(async () => {
  await stage.clear();
  expect(stage.takeComplaints()).toEqual([]);
});

describe('what people have typed is text, and nothing else:', () => {
  it.each([
    ['a script', '<script>window.isHarmed = true</script>'],
    ['a picture that fails', '"><img src=x onerror="window.isHarmed=true">'],
    ['a formula', '=HYPERLINK("http://evil.example";"hier")'],
    ['a template', '{{constructor.constructor("x")()}} ${7*7}'],
    ['entities', '&lt;b&gt; &amp;amp; &#39;'],
    ['a family and a flag', 'Familie 👨‍👩‍👧‍👦 🇦🇹 e\u0301'],
    ['Hebrew and Arabic', 'שלום – مرحبا'],
    ['a word without an end', 'Donaudampfschiff'.repeat(3)],
  ])('%s', async (_what, text) => {
    const event = await stage.api.event({ title: text, customerTitle: text, venue: text });
    const order = await stage.api.prepare({ event, reason: `${text}\n.\n${text}` });
    const shown = text.normalize('NFC');
    const expectShown = async (selector: string) => {
      expect((await page.locator(selector).first().innerText()).normalize('NFC')).toContain(shown);
      await page.setViewportSize(PHONE);
      expect(await overflow(page)).toBe(0);
    };
    await page.goto(`/absagen/neu?haus=FSP&text=${event.eventNumber}`);
    await expectShown('.case strong');
    await page.goto(`/absagen/neu/FSP/${event.eventNumber}`);
    await expectShown('.event strong');
    await page.locator('#reason').fill(order.reason);
    await page.getByRole('button', { name: 'Weiter: prüfen' }).click();
    await page.getByText('So sehen es Ihre Kundinnen und Kunden').waitFor();
    await expectShown('.after .lines');
    const view = await stage.api.startWaiting(order);
    await page.goto('/');
    await expectShown(`a[href="${pathOf(view)}"] strong`);
    await page.goto(pathOf(order));
    await expectShown('h1');
    await expectShown('#angaben .lines');
    // The regions that the live stream sends are part of the check.
    await page.locator('#logbuch').waitFor();
    expect(
      await page.evaluate('[window.isHarmed, document.querySelectorAll("main img, main script").length]'),
    ).toEqual([undefined, 0]);
  });

  it('a name in the log-in too', async () => {
    await page.goto('/anmelden');
    await page.getByLabel('Ihr Name').fill('<b>Maria</b> "Huber"');
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.getByText('<b>Maria</b> "Huber"').waitFor();
  });
});

describe('texts that are compared show what nobody sees by its number:', () => {
  const withoutTags = (markup: unknown) => String(markup).replace(/<[^>]*>/g, ' ');

  it('before and after marking', () => {
    const shown = withoutTags(
      Change({ label: 'Titel', before: 'Fa\u00adust ', after: 'Fa\u00adust\u00a0I' }),
    );
    expect(shown).toContain('Fa[U+00AD]ust[U+0020]');
    expect(shown).toContain('Fa[U+00AD]ust[U+00A0]I');
  });

  it('what stands in Jet beside what stood there and what is ours', () => {
    const conflicts = [{ field: 'title', before: 'Faust', ours: 'Faust – ENTFÄLLT', now: 'Faust\u200b' }];
    const attention = { text: 'Wer hat recht?', code: 'event-changed', choices: [], task: null, conflicts };
    const view = {
      ...{ attention, allowedActions: [], contacts: [], state: 'needs-attention' },
    } as unknown as CancellationView;
    const shown = withoutTags(Attention({ view, may: () => true, csrfToken: '', draft: {} }));
    expect(shown.match(/Faust[^ ]*/g)).toEqual(['Faust', 'Faust', 'Faust[U+200B]']);
  });

  it('and what has to be entered by hand stays as it is, beside the same with numbers', () => {
    const task = {
      mask: [],
      instruction: '',
      confirm: '',
      fields: [{ label: 'Titel', value: 'Fa\u00adust' }],
    };
    const attention = { text: 'Bitte', code: 'person-step', choices: [], conflicts: [], task };
    const view = {
      ...{ attention, allowedActions: [], contacts: [], state: 'needs-attention' },
    } as unknown as CancellationView;
    const shown = String(Attention({ view, may: () => true, csrfToken: '', draft: {} }));
    expect(shown).toMatch(/<textarea[^>]*>Fa\u00adust<\/textarea>/);
    expect(shown).toContain('Fa[U+00AD]ust');
  });
});

describe('words and numbers are Austrian German:', () => {
  async function openWaiting(startsAt: string): Promise<Order> {
    const order = await stage.api.prepare({ event: await stage.api.event({ startsAt }) });
    await stage.api.startWaiting(order);
    await page.goto(pathOf(order));
    return order;
  }

  it.each([
    ['2027-01-05T19:30:00+01:00', 'Di., 5. Jänner 2027, 19.30 Uhr'],
    ['2027-02-28T09:05:00+01:00', 'So., 28. Februar 2027, 09.05 Uhr'],
    ['2027-07-01T20:00:00+02:00', 'Do., 1. Juli 2027, 20.00 Uhr'],
  ])('%s is %s', async (startsAt, shown) => {
    await openWaiting(startsAt);
    expect(await page.locator('#kopf .facts').innerText()).toContain(shown);
  });

  it('counts down in minutes, and in seconds at the end', async () => {
    const order = await stage.api.prepare();
    const { waitEndsAt } = await stage.api.startWaiting(order);
    const said = [];
    for (const leftMs of [13.2 * MINUTE_MS, 2 * MINUTE_MS + 1, 119_000, 1_000, 0, -5_000]) {
      await page.clock.setFixedTime(Date.parse(waitEndsAt!) - leftMs);
      await page.goto(pathOf(order));
      said.push(await page.locator('.countdown').innerText());
    }
    expect(said).toEqual([
      'noch 14 Minuten',
      'noch 3 Minuten',
      'noch 119 Sekunden',
      'noch 1 Sekunde',
      'gleich',
      'gleich',
    ]);
  });

  it.each([
    [1, 'Logbuch (1 Zeile)'],
    [2, 'Logbuch (2 Zeilen)'],
  ])('%i: %s', (count, words) => {
    const entry = { at: '2027-01-05T18:17:05Z', kind: 'opening', step: 'check' } as JournalEntry;
    const table = String(JournalTable({ entries: Array.from({ length: count }, () => entry) }));
    expect(table).toContain(words);
    expect(table).toContain('05.01.2027, 19.17.05');
  });
});
