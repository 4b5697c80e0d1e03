import type { JournalEntry } from '../../src/domain/journal';
import { renderProtocolHtml } from '../../src/protocol/html';
import { verifyProtocol } from '../../src/protocol/verify';
import { protocolJson } from '../../src/protocol/json';
import { MARKED, ProtocolCases, protocolOf, stepStates, TITLE } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
});
afterAll(() => cases.close());

const looks = (entries: readonly JournalEntry[], outcome: string) =>
  entries.find((entry) => entry.operation === 'read-event' && entry.outcome === outcome);
const readAt = (line: JournalEntry | undefined) => Object(line?.after).readAt as string;

it('nobody else did anything: the document does not speak of it', () => {
  const document = protocolOf(completed);
  for (const member of ['performanceNow', 'statusLosses', 'outsideActs'])
    expect(document).not.toHaveProperty(member);
  expect(renderProtocolHtml(document)).toContain('hat niemand eingegriffen');
});

// These used to have the values of the check alone, while right and mail went by the new ones.
describe('the performance was moved after the Storno:', () => {
  const MOVED = { venue: 'Studiobühne', startsAt: '2099-03-07T19:30:00.000+01:00' };
  let entries: JournalEntry[];
  beforeAll(async () => {
    entries = await cases.moved(MOVED);
  });

  it('both values are told, at a glance and as what others did', () => {
    const document = protocolOf(entries);
    expect(document.performanceNow).toMatchObject({ title: TITLE, venue: 'Studiobühne' });
    expect(document.outsideActs).toMatchObject([
      { text: expect.stringMatching(/^Beginn: bisher .* Uhr, jetzt Sa., 7. März 2099/) },
      { text: 'Spielstätte: bisher Großer Saal, jetzt Studiobühne.' },
    ]);
    const html = renderProtocolHtml(document);
    expect(html).toContain('Studiobühne, St. Pölten (bei der Prüfung: Großer Saal, St. Pölten)');
    expect(html).not.toContain('hat niemand eingegriffen');
    expect(html).toContain('Was andere in Jet geändert haben');
  });

  it('the later end of the right is explained', () => {
    const { right } = protocolOf(entries);
    expect(right?.granted?.validUntil).toBe('2099-09-07');
    expect(right?.text).toMatch(
      /richtet sich nach dem neuen Beginn: bis 07\.09\.2099 statt bis \d\d\.\d\d\.2027\.$/,
    );
  });

  it('it says what the mail named', () => {
    expect(protocolOf(entries).performanceNow?.texts.at(-1)).toBe(
      'Die E-Mail an Ö-Ticket nennt den neuen Stand.',
    );
  });

  it('it is whole when it is verified', async () => {
    expect(await verifyProtocol(Buffer.from(protocolJson(await cases.signed(entries))))).toMatchObject({
      proof: 'whole',
    });
  });
});

it('the title was rewritten after the Storno: both are told, and what was read last', async () => {
  const document = protocolOf(
    await cases.moved({ title: 'Verschoben!', externalMemo: 'Neuer Termin folgt' }),
  );
  expect(document.outsideActs).toMatchObject([
    { text: `Titel: bisher ${MARKED}, jetzt Verschoben!.` },
    { text: expect.stringMatching(/^Externer Memotext: bisher [^]*, jetzt Neuer Termin folgt\.$/) },
  ]);
  expect(document.texts[0]?.found).toMatchObject({ text: 'Verschoben!' });
  expect(document.texts[2]?.found).toMatchObject({ text: 'Neuer Termin folgt' });
});

// An emptied memo used to be told nowhere: Ö-Ticket reads it, and "wie im Externen Memotext" is what the mail says.
it('the memo was emptied after the Storno: both are told, and no mail names it', async () => {
  const document = protocolOf(await cases.moved({ externalMemo: null }));
  expect(document.outsideActs).toMatchObject([{ text: expect.stringMatching(/, jetzt \(leer\)\.$/) }]);
  expect(document.texts[2]?.found).toMatchObject({ text: null });
  expect(document.performanceNow?.texts.join()).not.toContain('Die E-Mail an Ö-Ticket nennt');
});

// This used to be "hat niemand eingegriffen", whatever the event was between two looks.
it('the event was saved again after the Storno, and nothing else is seen: that is told', async () => {
  const entries = await cases.moved({}, 'setStatusStorno');
  const html = renderProtocolHtml(protocolOf(entries));
  expect(html).toContain('Die Veranstaltung wurde nach dem Storno noch einmal gespeichert.');
  expect(html).not.toContain('hat niemand eingegriffen');
});

describe('the status was changed after the Storno, and set back:', () => {
  let entries: JournalEntry[];
  beforeAll(async () => {
    entries = await cases.setBackAndCompleted();
  });

  // This used to be the time up to the first Storno, as if nothing had been sold after it.
  it('the time on sale is a least one, and the time without Storno is named', () => {
    const document = protocolOf(entries);
    expect(document.statusLosses).toMatchObject([
      { isOnSale: true, shown: [{ status: 'Verkaufsfreigabe' }], backAt: expect.any(String) as string },
    ]);
    const html = renderProtocolHtml(document);
    expect(html).toContain('noch mindestens');
    expect(html).toContain('Nach dem Storno war der Status „Verkaufsfreigabe“');
    expect(html).toContain('Dazwischen konnten wieder Karten verkauft werden.');
  });

  it('it is not said that nobody did anything', () => {
    const document = protocolOf(entries);
    expect(document.outsideActs).toMatchObject([
      { text: 'Der Status war „Verkaufsfreigabe“, nicht mehr Storno.' },
      { text: 'Der Status war wieder Storno.' },
    ]);
    expect(renderProtocolHtml(document)).not.toContain('hat niemand eingegriffen');
    expect(document.steps[3]?.detail).toContain('danach geändert und wieder gesetzt');
  });
});

// This used to end with the save that set Storno back, and so counted the time without it as a wait.
it('a second wait that began anew ended with the look that showed why', async () => {
  const entries = await cases.setBackBeforeProof();
  const [, first, second] = protocolOf(entries).waits;
  const back = looks(entries, 'storno-again');
  expect(first).toMatchObject({ until: readAt(looks(entries, 'not-storno')) });
  expect(second).toMatchObject({ from: Object(back?.after).savedAt as string });
  expect(Date.parse(first!.until!)).toBeLessThan(Date.parse(second!.from));
});

describe('the case was closed by hand while the event was no longer Storno:', () => {
  // This used to be "Der Storno ist gesetzt", and nobody was told to call.
  it('the status that was read last is named, and what is to be done', async () => {
    const { outcome, toDo, steps } = protocolOf(await cases.closedWhileLost('Verkaufsfreigabe'));
    expect(outcome.summary).toMatch(
      /Der Storno gilt nicht mehr sicher: zuletzt war der Status „Verkaufsfreigabe“ \(gelesen: .*\)\.$/,
    );
    expect(toDo.slice(0, 3)).toEqual([
      'Mit dem Ticketing-Team klären, wie der Status wieder Storno wird: zuletzt war er „Verkaufsfreigabe“. Storno wieder setzen.',
      'Ö-Ticket anrufen und klären, was dort gilt: ob der Storno angekommen ist, ob wieder verkauft wird und ob die Servicemail versendet wurde.',
      'In Connect Online nachsehen, ob der Storno bei Ö-Ticket angekommen ist.',
    ]);
    expect(steps[3]?.detail).toContain('zuletzt war der Status „Verkaufsfreigabe“');
  });

  it('an event that is gone is said to be gone', async () => {
    const document = protocolOf(await cases.closedWhileLost(null));
    expect(document.outcome.summary).toContain('zuletzt gab es die Veranstaltung in Jet nicht mehr');
    expect(document.toDo).toEqual(
      expect.arrayContaining([
        'Mit dem Ticketing-Team klären, warum es die Veranstaltung in Jet nicht mehr gibt.',
        expect.stringMatching(/^Ö-Ticket anrufen/),
        expect.stringMatching(/^Die erweiterte Stornoberechtigung vergeben, sobald/),
      ]),
    );
    expect(document.toDo.join()).not.toContain('In Connect Online nachsehen');
    expect(stepStates(document)).toMatchObject({ 'verify-channel': 'unclear', 'set-storno': 'done' });
    expect(document.steps.find(({ name }) => name === 'verify-channel')?.detail).toContain('gilt nicht mehr');
  });
});

// This used to be "die Übertragung wurde in Connect Online kontrolliert".
it('a person vouched for the transfer: that is said with the name', async () => {
  const { outcome } = protocolOf(await cases.adopted());
  expect(outcome.summary).toContain(
    'die Übertragung ist in Connect Online nicht bewiesen (dass Ö-Ticket nicht mehr verkauft, hat clerk selbst nachgesehen)',
  );
  expect(protocolOf(completed).outcome.summary).toContain('wurde in Connect Online kontrolliert');
});

it('a colleague saved during the first wait: nobody is said to have done nothing', async () => {
  const document = protocolOf(await cases.savedByColleague());
  expect(document.outsideActs).toMatchObject([{ text: expect.stringContaining('noch einmal gespeichert') }]);
  expect(renderProtocolHtml(document)).not.toContain('hat niemand eingegriffen');
});
