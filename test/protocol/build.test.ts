import type { JournalEntry } from '../../src/domain/journal';
import { buildProtocol } from '../../src/protocol/build';
import { ProtocolCases, protocolOf, MARKED, TITLE } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
});
afterAll(() => cases.close());

it('a completed case says what was done, by whom, and when', () => {
  const document = protocolOf(completed);
  expect(document).toMatchObject({
    schema: 'absage/protocol/5',
    rehearsal: true,
    house: { key: 'FSP', name: 'Festspielhaus St. Pölten' },
    outcome: { state: 'completed', headline: 'Absage abgeschlossen', pointOfNoReturnPassed: true },
    event: { title: TITLE, venue: 'Großer Saal', statusBefore: 'Verkaufsfreigabe' },
    order: { orderedBy: 'test', wantedMarker: 'ENTFÄLLT', usedMarker: 'ENTFÄLLT', backend: 'gateway' },
    refusal: null,
    decisions: [],
    channelShowedStornoBefore: false,
    evidence: [{ status: 'Storno', outcome: 'verified', line: 7 }],
    journal: completed,
  });
  expect(new Set(document.steps.map(({ state }) => state))).toEqual(new Set(['done']));
});

it('a completed case shows the three texts before, as planned, and as last read', () => {
  expect(protocolOf(completed).texts).toMatchObject([
    { label: 'Titel', before: TITLE, planned: MARKED, found: { text: MARKED, seq: 3 } },
    { label: 'Titel (Kundensicht)', found: { text: `Dürrenmatt: ${MARKED}` } },
    {
      label: 'Externer Memotext',
      before: 'Einlass ab 19 Uhr',
      found: { text: 'Die Vorstellung entfällt wegen einer technischen Störung.\n\nEinlass ab 19 Uhr' },
    },
  ]);
});

it('a case has no line at all: then there is no Protokoll', () => {
  expect(buildProtocol([], protocolOf(completed).house, { isRehearsal: true })).toBeNull();
});

describe('says whether a case was only tried, whatever mode the program has that makes the document', () => {
  it('of a case with the simulator', async () => {
    const completed = await cases.completed();
    for (const isRehearsal of [true, false])
      expect(protocolOf(completed, isRehearsal)).toMatchObject({ rehearsal: true });
  });

  it('of a case with a real Jet, by its mail to Ö-Ticket', async () => {
    const tried = await cases.completedInEarnest();
    const inEarnest = tried.map((line) =>
      line.operation === 'send-partner-notice' && line.kind === 'intent'
        ? { ...line, after: { ...line.after, subject: line.after.subject.replace('[PROBE] ', '') } }
        : line,
    );
    for (const isRehearsal of [true, false]) {
      expect(protocolOf(tried, isRehearsal)).toMatchObject({ rehearsal: true, realJet: true });
      expect(protocolOf(inEarnest, isRehearsal)).toMatchObject({ rehearsal: false });
    }
  });

  it('not of one without a mail, which may be both', async () => {
    const refused = await cases.refusedInEarnest();
    for (const isRehearsal of [true, false])
      expect(protocolOf(refused, isRehearsal)).toMatchObject({ rehearsal: isRehearsal });
  });
});

it('names who was given the right, and not who would be given it today', async () => {
  const completed = await cases.completed();
  const { house } = protocolOf(completed);
  const now = { ...house, connectOnlineUser: 'SOMEBODY' };
  expect(buildProtocol(completed, now, { isRehearsal: true })?.house).toEqual(house);
});
