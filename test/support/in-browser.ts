import type { Page } from 'playwright-core';
import { casePage } from '../../src/domain/addresses';
import type { Order } from '../../src/domain/types';

/** Orders on the pages, as somebody who may. */
export async function orderOn(page: Page, { house, eventNumber, reason }: Order): Promise<void> {
  await page.goto(`/absagen/neu/${house}/${eventNumber}`);
  await page.getByRole('radio', { name: 'ENTFÄLLT' }).check();
  await page.getByLabel('Hinweis für Ö-Ticket').fill(reason);
  await page.getByRole('button', { name: 'Weiter: prüfen' }).click();
  await page.getByRole('button', { name: 'Diese Vorstellung jetzt absagen' }).click();
  await page.waitForURL(`**${casePage({ house, eventNumber })}/*`);
}

/** Chooses several by their boxes, and orders them as one series. */
export async function orderSeriesOn(page: Page, title: string, orders: readonly Order[]): Promise<void> {
  const [first] = orders;
  await page.goto(`/absagen/neu?haus=${first?.house ?? ''}`);
  for (const { house, eventNumber } of orders) await page.locator(`#wahl-${house}-${eventNumber}`).check();
  await page.getByRole('button', { name: 'Ausgewählte absagen …' }).click();
  await page.getByLabel('Name der Serie').fill(title);
  await page.getByLabel('Hinweis für Ö-Ticket').fill(first?.reason ?? '');
  await page.getByRole('button', { name: 'Prüfen' }).click();
  await page.getByRole('button', { name: /Vorstellungen jetzt absagen/ }).click();
  await page.getByRole('heading', { name: title }).waitFor();
}

/** Comes over the list of what waits, and approves. */
export async function approveOn(page: Page, { eventNumber }: Order): Promise<void> {
  await page.goto('/freigaben');
  await page.getByRole('listitem').filter({ hasText: eventNumber }).getByRole('link').click();
  await page.getByText('Absage freigeben …').click();
  await page.getByRole('button', { name: 'Freigeben', exact: true }).click();
}
