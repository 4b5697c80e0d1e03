import { shownName, withShownNames } from '../../src/domain/names';

it.each([
  ['rehearsal', 'Unbekannt'],
  ['Anna Muster', 'Anna Muster'],
  ['rehearsal team', 'rehearsal team'],
  ['web-ui:rehearsal', 'web-ui:rehearsal'],
])('%s is shown as %s', (actor, shown) => {
  expect(shownName(actor)).toBe(shown);
});

it.each([
  ['von rehearsal', 'von Unbekannt'],
  ['Darauf hat rehearsal verzichtet: von rehearsal', 'Darauf hat Unbekannt verzichtet: von rehearsal'],
  [
    'Fertig: dass Ö-Ticket nicht mehr verkauft, hat rehearsal selbst nachgesehen.',
    'Fertig: dass Ö-Ticket nicht mehr verkauft, hat Unbekannt selbst nachgesehen.',
  ],
  [
    'Spielplan. Von der Absage verständigt hat: rehearsal.',
    'Spielplan. Von der Absage verständigt hat: Unbekannt.',
  ],
  [
    'Der Status war Storno (zuletzt gesehen: Mo., 30. November 2026, 3.23 Uhr, von rehearsal).',
    'Der Status war Storno (zuletzt gesehen: Mo., 30. November 2026, 3.23 Uhr, von Unbekannt).',
  ],
  ['Die Probe von rehearsal fällt aus.', 'Die Probe von rehearsal fällt aus.'],
])('in a sentence the name is replaced, and nothing that a person has written: %s', (sentence, shown) => {
  expect(withShownNames(sentence)).toBe(shown);
});
