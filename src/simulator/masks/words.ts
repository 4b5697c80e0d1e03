import { CONNECT_ONLINE_USER } from '../right-store';

/*
 * The words of the practice masks, as the box office's page names the masks of Jet. They stand here once more, because the
 * simulator knows none of Absage's own words: a test compares both.
 */

const SALES_DATA = ['Kartenverkauf Basis', 'Verkaufsstammdaten', 'Veranstaltungen'] as const;

/** The last part of a mask's address, its way through the menus, and what it is called in a link. */
export const MASKS = {
  event: {
    path: 'veranstaltungen',
    way: [...SALES_DATA, 'Veranstaltungen bearbeiten'],
    link: 'Veranstaltung bearbeiten',
  },
  channel: {
    path: 'connect-online',
    way: [...SALES_DATA, 'Connect Online Veranstaltungsinformationen'],
    link: 'Connect Online',
  },
  rights: {
    path: 'stornoberechtigungen',
    way: ['Systemverwaltung', 'Berechtigungen', 'Erweiterte Stornoberechtigungen'],
    link: 'Stornoberechtigungen',
  },
} as const;

export type Mask = keyof typeof MASKS;

/** The labels of the fields. */
export const LABELS = {
  eventNumber: 'VA-Nummer',
  title: 'Titel',
  customerTitle: 'Titel (Kundensicht)',
  externalMemo: 'Externer Memotext',
  status: 'Status',
  startsAt: 'Beginn',
  venue: 'Spielstätte',
  location: 'Spielort',
  organiser: 'Veranstalter',
  house: 'Haus',
  production: 'Produktion',
  transferredAt: 'Übertragen am',
  user: 'Benutzer',
  validFrom: 'Gültig von',
  validUntil: 'Gültig bis',
} as const;

/** What the field Status can be set to. */
export const STATUSES = ['Verkaufsfreigabe', 'Bereitstellung', 'Abschluss', 'Storno'] as const;

/** The users of this Jet, by what they are stored as. Only the first one posts Ö-Ticket's refunds. */
export const USERS = {
  [CONNECT_ONLINE_USER]: 'Connect Online Kassierer',
  KASSA1: 'Kassa 1',
  ABENDKASSA: 'Abendkassa',
} as const;

export const USER_KEYS = Object.keys(USERS) as (keyof typeof USERS)[];

/** The address of a mask. */
export function maskPath(mask: Mask, eventNumber: string): string {
  return `/masken/${MASKS[mask].path}/${eventNumber}`;
}
