import {
  caseSummary,
  otherMarkerText,
  startsSoonText,
  statusNotCancellableText,
} from '../../src/domain/wording';

it('names house, number, title, day and hour of an event in lists, in this order', () => {
  const summary = caseSummary('FSP', '104233', 'Der Besuch der alten Dame', '2027-01-05T18:30:00.000Z');
  expect(summary.split(' · ')).toEqual([
    'FSP 104233',
    'Der Besuch der alten Dame',
    'Di., 5. Jänner 2027, 19.30 Uhr',
  ]);
  expect(caseSummary('GUID', '1', 'Faust', '2027-01-05T18:30:00.000Z', 'Stadtsaal')).toBe(
    'GUID 1 · Faust · Di., 5. Jänner 2027, 19.30 Uhr · Stadtsaal',
  );
});

it('quotes the word of the mask when a status cannot be cancelled', () => {
  expect(statusNotCancellableText('Bereitstellung')).toContain('Bereitstellung');
});

it('quotes the marker that is kept', () => {
  expect(otherMarkerText('ABGESAGT')).toContain('ABGESAGT');
});

it("says on Vienna's clock when the transfer is done, if the performance begins soon", () => {
  expect(startsSoonText('2026-11-24T17:17:00.000Z')).toContain('18.17 Uhr');
});
