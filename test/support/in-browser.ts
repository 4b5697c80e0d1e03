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

/** Comes over the list of what waits, and approves. */
export async function approveOn(page: Page, { eventNumber }: Order): Promise<void> {
  await page.goto('/freigaben');
  await page.getByRole('listitem').filter({ hasText: eventNumber }).getByRole('link').click();
  await page.getByText('Absage freigeben …').click();
  await page.getByRole('button', { name: 'Freigeben', exact: true }).click();
}
