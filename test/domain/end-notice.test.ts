import { endNotes, endText, type EndFacts } from '../../src/domain/end-notice';

function facts(changes: Partial<EndFacts> = {}): EndFacts {
  return {
    end: 'completed',
    endedAt: '2027-01-05T18:41:30.000+01:00',
    endedBy: null,
    summary: 'Der Status ist Storno.',
    markedAt: '2027-01-05T18:02:11.000+01:00',
    unmarkedAt: '2027-01-05T18:17:12.000+01:00',
    markerGaps: [],
    wasMarkedBefore: false,
    losses: [],
    changes: [],
    shownUntil: null,
    ...changes,
  };
}

const ENDED_EARLY = {
  endedBy: { actor: 'Eva Muster', reason: 'Es wird doch gespielt.' },
  summary: 'Vor dem Storno abgebrochen.',
} as const;

it('says when a case was completed, and how long the performance was on sale with its marker', () => {
  expect(endText(facts())).toBe(
    [
      'Absage abgeschlossen: Di., 5. Jänner 2027, 18.41 Uhr.',
      'Der Status ist Storno.',
      'Mit dem Zusatz im Titel war die Vorstellung noch im Verkauf: Di., 5. Jänner 2027, 18.02 Uhr bis 18.17 Uhr.',
    ].join('\n'),
  );
});

it('says who aborted a case and why, and until when Ö-Ticket may still show the marker', () => {
  const shownUntil = '2027-01-05T18:56:12.000+01:00';
  expect(endText(facts({ end: 'aborted', ...ENDED_EARLY, shownUntil }))).toBe(
    [
      'Absage abgebrochen: Di., 5. Jänner 2027, 18.41 Uhr.',
      'Abgebrochen von Eva Muster. Begründung: Es wird doch gespielt.',
      'Vor dem Storno abgebrochen.',
      'Ö-Ticket bekommt das mit der nächsten Übertragung: bis ca. 18.56 Uhr kann dort noch der Zusatz zu sehen sein.',
      'Der Zusatz stand im Titel: Di., 5. Jänner 2027, 18.02 Uhr bis 18.17 Uhr.',
    ].join('\n'),
  );
});

it('promises nothing of Ö-Ticket where nothing was taken back', () => {
  const notes = endNotes(facts({ end: 'aborted', ...ENDED_EARLY })).join('\n');
  expect(notes).not.toContain('Ö-Ticket');
});

it('says who closed a case by hand, and how far it had come', () => {
  const summary = 'Der Storno ist gesetzt, in Connect Online ist er noch nicht gesehen.';
  expect(endText(facts({ end: 'closed-by-hand', ...ENDED_EARLY, summary }))).toBe(
    [
      'Absage von Hand geschlossen: Di., 5. Jänner 2027, 18.41 Uhr.',
      'Geschlossen von Eva Muster. Begründung: Es wird doch gespielt.',
      summary,
      'Mit dem Zusatz im Titel war die Vorstellung noch im Verkauf: Di., 5. Jänner 2027, 18.02 Uhr bis 18.17 Uhr.',
    ].join('\n'),
  );
});

it('names both days when midnight was in between', () => {
  expect(endText(facts({ unmarkedAt: '2027-01-06T00:03:00.000+01:00' }))).toContain(
    ', 18.02 Uhr bis Mi., 6. Jänner 2027, 00.03 Uhr.',
  );
});

it('does not count the time without the marker as time with it', () => {
  const markerGaps = [{ from: '2027-01-05T18:02:11.000+01:00', until: '2027-01-05T18:09:00.000+01:00' }];
  expect(endText(facts({ markerGaps }))).toContain(
    'Irgendwann zwischen 18.02 Uhr und 18.09 Uhr wurde er entfernt: so lange fehlte er.',
  );
});

// This used to count from our save, as if the title had been bare before.
it('says that it was longer where the title carried the marker before', () => {
  expect(endText(facts({ wasMarkedBefore: true }))).toContain(
    'noch im Verkauf: mindestens Di., 5. Jänner 2027, 18.02 Uhr bis 18.17 Uhr. Der Titel trug ihn schon vorher; seit wann, ist nicht bekannt.',
  );
});

it.each(['markedAt', 'unmarkedAt'] as const)('tells no time that it does not know: %s', (instant) => {
  expect(endText(facts({ [instant]: null }))).not.toContain('im Verkauf');
});
