import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { houses } from '../../houses.sample.json';
import type { SeenEvent } from '../../src/domain/types';

/** A house without a gateway. */
export const GUIDED_HOUSE = 'GAST';

/** Writes a houses file into the folder: the sample houses, and the guided one. Returns its path. */
export function writeHousesFile(folder: string): string {
  const path = join(folder, 'houses.json');
  const guided = { ...houses[0], key: GUIDED_HOUSE, name: 'Gastspielhaus', backend: 'guided' };
  writeFileSync(path, JSON.stringify({ houses: [...houses, guided] }));
  return path;
}

/** What a clerk of that house read in the mask. */
export const SEEN: SeenEvent = {
  title: 'Der Talisman',
  customerTitle: null,
  externalMemo: 'Einlass ab 19.00 Uhr.',
  status: 'Verkaufsfreigabe',
  startsAt: '2031-12-12T19:30:00+01:00',
  venue: 'Stadtsaal',
  location: 'Krems',
  organiser: 'Gastspiele GmbH',
};
