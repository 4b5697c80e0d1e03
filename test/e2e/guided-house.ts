import type { SeenEvent } from '../../src/domain/types';

/** The sample house without a gateway. */
export const GUIDED_HOUSE = 'GUID';

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
