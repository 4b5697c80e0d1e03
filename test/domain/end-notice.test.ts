import { endText, remainingByHand, type EndFacts } from '../../src/domain/end-notice';
import { LEFT_FOR_THE_HOUSE } from '../../src/domain/wording';

function facts(changes: Partial<EndFacts> = {}): EndFacts {
  return {
    end: 'completed',
    endedAt: '2027-01-05T18:41:30.000+01:00',
    markedAt: '2027-01-05T18:02:11.000+01:00',
    unmarkedAt: '2027-01-05T18:17:12.000+01:00',
    waived: [],
    ...changes,
  };
}

it('says when a case was completed, and how long the performance was on sale with its marker', () => {
  expect(endText(facts())).toBe(
    [
      'Absage abgeschlossen: Di., 5. Jänner 2027, 18.41 Uhr.',
      'Mit dem Zusatz im Titel war die Vorstellung noch im Verkauf: Di., 5. Jänner 2027, 18.02 Uhr bis 18.17 Uhr.',
    ].join('\n'),
  );
});

it('says when a case was aborted, and that the status was left alone', () => {
  expect(endText(facts({ end: 'aborted' }))).toBe(
    [
      'Absage abgebrochen: Di., 5. Jänner 2027, 18.41 Uhr. Der Status wurde von Absage nicht verändert.',
      'Der Zusatz stand im Titel: Di., 5. Jänner 2027, 18.02 Uhr bis 18.17 Uhr.',
      'Titel und Hinweis stehen wieder wie vorher in Jet. Was inzwischen jemand anderer geändert hat, ist geblieben.',
    ].join('\n'),
  );
});

it('names both days when midnight was in between', () => {
  expect(endText(facts({ unmarkedAt: '2027-01-06T00:03:00.000+01:00' }))).toContain(
    ', 18.02 Uhr bis Mi., 6. Jänner 2027, 00.03 Uhr.',
  );
});

it.each(['markedAt', 'unmarkedAt'] as const)('tells no time that it does not know: %s', (instant) => {
  expect(endText(facts({ [instant]: null }))).toBe('Absage abgeschlossen: Di., 5. Jänner 2027, 18.41 Uhr.');
});

it('reminds of the buyers that Ö-Ticket does not know, of subscriptions, website and front of house', () => {
  const words = remainingByHand(facts()).join('\n');
  for (const word of ['eigenen Kassa', 'Abonnements', 'Website', 'Einlass']) expect(words).toContain(word);
});

it.each<[string, EndFacts['waived'], number]>([
  ['nothing', [], 0],
  ['the right', ['grant-right'], 1],
  ['the mail', ['notify-partner'], 1],
  ['both', ['grant-right', 'notify-partner'], 2],
])('puts one line for each thing left out before what is always to be done: %s', (_what, waived, more) => {
  const lines = remainingByHand(facts({ waived }));
  expect(lines).toHaveLength(more + LEFT_FOR_THE_HOUSE.length);
  expect(lines.slice(more)).toEqual(LEFT_FOR_THE_HOUSE);
});

it('reminds of what was left out', () => {
  const words = remainingByHand(facts({ waived: ['grant-right', 'notify-partner'] })).join('\n');
  expect(words).toContain('Stornoberechtigung gesondert vergeben');
  expect(words).toContain('Ö-Ticket verständigen');
});

it('leaves nothing to do after an abort', () => {
  expect(remainingByHand(facts({ end: 'aborted', waived: ['grant-right'] }))).toEqual([]);
});
