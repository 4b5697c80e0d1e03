import { tell } from '../../src/cases/told';
import type { CancellationView } from '../../src/cases/view';
import { effectKeys, type JournalEntry } from '../../src/domain/journal';
import { aHouse } from '../support/examples';
import { linesOf, minute, type Told } from '../support/lines';
import { anOpening, theMarkedTexts } from '../support/openings';
import { aView } from '../support/views';

const opening = anOpening();
const { startsAt, venue, location, organiser } = opening.event;
const marked = theMarkedTexts();

const BEGUN: Told[] = [
  { kind: 'opening', step: 'check', operation: 'check', after: opening, outcome: 'ok' },
  {
    kind: 'outcome',
    step: 'mark-titles',
    operation: 'save-announcement',
    after: { ...marked, version: '2', savedAt: minute(2), readAt: minute(2) },
    outcome: 'ok',
  },
  {
    kind: 'outcome',
    step: 'set-storno',
    operation: 'set-storno',
    after: { status: 'Storno', version: '3', savedAt: minute(17) },
    outcome: 'ok',
  },
];

function look(changes: object, outcome: 'storno' | 'not-storno' | 'storno-again' = 'storno'): Told {
  const times = { version: '4', savedAt: minute(20), readAt: minute(21) };
  const after = { status: 'Storno', title: marked.title, startsAt, venue, location, organiser, ...times };
  return {
    kind: 'evidence',
    step: 'grant-right',
    operation: 'read-event',
    after: { ...after, ...changes },
    outcome,
  };
}

/** The view with what the lines add to it. */
async function told(
  lines: Told[],
  changes: Partial<CancellationView> = {},
  more: object = {},
): Promise<CancellationView> {
  const view = aView({ event: opening.event, pointOfNoReturnPassed: true, state: 'running', ...changes });
  const entries: JournalEntry[] = linesOf(...lines);
  const journal = { entries: () => Promise.resolve(entries), ...more } as never;
  const added = await tell(
    { client: {} as never, journal, houses: new Map([['FSP', aHouse()]]) },
    { ...view, secondPerson: { arePeopleKnown: false } },
    null,
  );
  return { ...view, ...added };
}

const warningOf = ({ warnings }: CancellationView) =>
  warnings.find(({ code }) => code === 'performance-changed')?.text;

it('says nothing of a performance that is as it was ordered', async () => {
  const view = await told([...BEGUN, look({})]);
  expect(warningOf(view)).toBeUndefined();
  expect(view.event).toEqual(opening.event);
});

// The page used to keep the old values, while right and mail went by the new ones.
it.each<[string, object, string]>([
  ['venue', { venue: 'Studiobühne' }, 'Spielstätte: bisher Großes Haus, jetzt Studiobühne.'],
  ['location', { location: 'Krems' }, 'Spielort: bisher St. Pölten, jetzt Krems.'],
  [
    'organiser',
    { organiser: 'Andere Bühnen' },
    'Veranstalter: bisher Festspielhaus St. Pölten, jetzt Andere Bühnen.',
  ],
  [
    'start',
    { startsAt: '2027-02-05T19:30:00.000+01:00' },
    'Beginn: bisher Di., 5. Jänner 2027, 19.30 Uhr, jetzt Fr., 5. Februar 2027, 19.30 Uhr.',
  ],
  ['house', { house: 'LTN' }, 'Haus: bisher FSP, jetzt LTN.'],
  ['title', { title: 'Faust' }, `Titel: bisher ${marked.title}, jetzt Faust.`],
])('warns with both values of a %s that was changed after the Storno', async (_field, changes, text) => {
  expect(warningOf(await told([...BEGUN, look(changes)]))).toContain(text);
});

it('shows date and place as they were read last', async () => {
  const moved = { venue: 'Studiobühne', startsAt: '2027-02-05T19:30:00.000+01:00' };
  expect((await told([...BEGUN, look(moved)])).event).toMatchObject({ ...moved, title: opening.event.title });
});

const END: Told = {
  kind: 'end',
  step: 'report',
  operation: 'close',
  after: { stornoSeenAt: minute(21) },
  outcome: 'completed',
};

it('warns after the end as well, and says that the mail names the old place where it does', async () => {
  const mail: Told[] = [
    {
      kind: 'intent',
      step: 'notify-partner',
      operation: 'send-partner-notice',
      effectKey: 'notify-partner/1',
      after: { recipients: ['absagen@oeticket.example'] },
    },
    {
      kind: 'outcome',
      step: 'notify-partner',
      operation: 'send-partner-notice',
      effectKey: 'notify-partner/1/outcome',
      after: { recipients: [{ address: 'absagen@oeticket.example', outcome: 'accepted', reply: '' }] },
      outcome: 'accepted',
    },
  ];
  const moved = look({ venue: 'Studiobühne' });
  const late = await told([...BEGUN, look({}), ...mail, moved, END], { state: 'completed' });
  expect(warningOf(late)).toContain('nennt noch den früheren Stand: bitte Ö-Ticket verständigen.');
  expect(late.remaining.join()).toContain('Ö-Ticket mitteilen, was nach der E-Mail in Jet geändert wurde');
  const before = await told([...BEGUN, moved, ...mail, END], { state: 'completed' });
  expect(warningOf(before)).toContain('Die E-Mail an Ö-Ticket nennt den neuen Stand.');
  expect(before.remaining.join()).not.toContain('Ö-Ticket mitteilen');
});

it('says that the right ends too soon where the performance was moved after it was granted', async () => {
  const right: Told = {
    kind: 'outcome',
    step: 'grant-right',
    operation: 'grant-right',
    after: { user: 'CONNECTONLINE', ...opening.right },
    outcome: 'ok',
  };
  const moved = look({ startsAt: '2027-06-05T19:30:00.000+02:00' });
  const view = await told([...BEGUN, right, look({}), moved, END], { state: 'completed' });
  expect(warningOf(view)).toContain('Für den neuen Beginn sollte sie bis 05.12.2027 gelten');
  expect(view.remaining.join()).toContain('Die erweiterte Stornoberechtigung verlängern');
});

it('tells after the end when the event was something else than Storno', async () => {
  const lost = look({ status: 'Verkaufsfreigabe' }, 'not-storno');
  const back = look({ savedAt: minute(30) }, 'storno-again');
  const { notes } = await told([...BEGUN, lost, back, END], { state: 'completed' });
  expect(notes.join('\n')).toMatch(
    /Nach dem Storno war der Status „Verkaufsfreigabe“ \(gelesen: .*\)\. Storno war es spätestens wieder mit dem Speichern: .*\. Dazwischen konnten wieder Karten verkauft werden\./,
  );
});

it('says beforehand what closing by hand would leave while the event is no longer Storno', async () => {
  const lost = look({ status: 'Abschluss' }, 'not-storno');
  const { remaining } = await told([...BEGUN, lost], { allowedActions: ['close-by-hand'] });
  expect(remaining.slice(0, 2)).toEqual([
    expect.stringContaining('zuletzt war er „Abschluss“'),
    expect.stringMatching(/^Ö-Ticket anrufen/),
  ]);
});

// The page used to say of the control that it was never made.
it('says after closing by hand that a control was made which counts no more', async () => {
  const proof: Told = {
    kind: 'evidence',
    step: 'verify-channel',
    operation: 'read-channel',
    after: { status: 'Storno', readAt: minute(33) },
    outcome: 'verified',
  };
  const lost = look({ status: 'Abschluss' }, 'not-storno');
  const end = { ...END, outcome: 'closed-by-hand', after: null } as Told;
  const { steps } = await told([...BEGUN, proof, lost, end], {
    state: 'closed-by-hand',
    steps: aView().steps.filter(({ name }) => name === 'verify-channel'),
  });
  expect(steps[0]?.detail).toBe('erfolgt, gilt nicht mehr: danach war die Veranstaltung nicht mehr Storno');
});

it('asks once for what became of the contact, of a case that has ended too', async () => {
  const { order, ...input } = opening.input;
  const sealed = { ...opening, input: { ...input, order: { ...order, contact: { sealed: 'x' } } } };
  const [check, ...others] = BEGUN;
  const contact = jest.fn(() => Promise.resolve({ erasedAt: minute(60) }));
  const end: Told = { kind: 'end', step: 'report', operation: 'close', after: null, outcome: 'completed' };
  const lines = [{ ...check, after: sealed } as Told, ...others, end];
  const view = await told(lines, { state: 'completed' }, { contact });
  expect(view.contactErasedAt).toBe(minute(60));
  expect(contact).toHaveBeenCalledTimes(1);
});

it('says of a mail of the series what it named when it claimed the performance, not when it came', async () => {
  const claim: Told = {
    kind: 'decision',
    step: 'notify-partner',
    operation: 'claim-notice',
    effectKey: effectKeys.noticeClaim(1),
    after: { by: 'series', number: 2 },
  };
  const sent: Told = {
    kind: 'outcome',
    step: 'notify-partner',
    operation: 'send-partner-notice',
    effectKey: effectKeys.seriesNotice(2),
    after: { recipients: [{ address: 'absagen@oeticket.example', outcome: 'accepted', reply: '' }] },
    outcome: 'accepted',
  };
  const moved = look({ venue: 'Studiobühne' });
  const ended = { state: 'completed' } as const;
  const after = await told([...BEGUN, look({}), claim, moved, sent, END], ended);
  expect(warningOf(after)).toContain('nennt noch den früheren Stand: bitte Ö-Ticket verständigen.');
  const before = await told([...BEGUN, moved, claim, sent, END], ended);
  expect(warningOf(before)).toContain('Die E-Mail an Ö-Ticket nennt den neuen Stand.');
});
