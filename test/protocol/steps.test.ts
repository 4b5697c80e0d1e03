import { NOTHING_DONE, ProtocolCases, protocolOf, stepStates } from './protocol-cases';

let cases: ProtocolCases;

beforeAll(async () => {
  cases = await ProtocolCases.open();
});
afterAll(() => cases.close());

it('a case has only been opened', async () => {
  const document = protocolOf(await cases.begun());
  expect(document.outcome.summary).toContain('Geschrieben ist noch nichts.');
  expect(stepStates(document)).toEqual({ check: 'done', ...NOTHING_DONE, report: 'open' });
});

it('waived steps are left to be done, and not called done', async () => {
  const document = protocolOf(await cases.waivedSteps());
  expect(stepStates(document)).toMatchObject({ 'grant-right': 'waived', 'notify-partner': 'waived' });
  expect(document.outcome.summary).toBe(
    'Der Status ist Storno, die Übertragung wurde in Connect Online kontrolliert, auf die erweiterte Stornoberechtigung wurde verzichtet, auf die E-Mail an Ö-Ticket wurde verzichtet.',
  );
  expect(document.right).toMatchObject({
    granted: null,
    text: 'Darauf hat clerk verzichtet: so entschieden',
  });
  expect(document.toDo).toEqual(
    expect.arrayContaining([
      'Die erweiterte Stornoberechtigung gesondert vergeben: ohne sie kann Ö-Ticket Rückerstattungen nicht buchen.',
      'Ö-Ticket verständigen und die Rückerstattung anweisen: von hier ging keine E-Mail hinaus.',
    ]),
  );
});

it('a Storno that was there before is adopted, and no title was needed', async () => {
  const document = protocolOf(await cases.wasStorno());
  expect(stepStates(document)).toMatchObject({
    'mark-titles': 'not-needed',
    'wait-for-title-transfer': 'not-needed',
    'set-storno': 'done',
  });
  expect(document.acts).toMatchObject([
    { operation: 'adopt-storno', outcomeText: 'nicht von Absage gesetzt, beim Lesen vorgefunden' },
  ]);
  expect(document.onSaleWithMarkerMs).toBeNull();
});

it('a house without a gateway has done each step in Jet by hand, with a name', async () => {
  const document = protocolOf(await cases.guided());
  expect(stepStates(document)).toMatchObject({
    'mark-titles': 'by-hand',
    'set-storno': 'by-hand',
    'verify-channel': 'by-hand',
    'grant-right': 'by-hand',
    'notify-partner': 'done',
  });
  expect(document.acts.map(({ hands, actor, lines }) => [hands, actor, lines.length])).toEqual([
    ['person', 'Herr Gruber', 2],
    ['person', 'Herr Gruber', 2],
    ['person', 'Herr Gruber', 2],
  ]);
  expect(document.decisions.map(({ label }) => label)).toEqual([
    'Titel und Hinweis speichern: von Hand erledigt',
    'Status auf Storno setzen: von Hand erledigt',
    'Connect Online ansehen: von Hand erledigt',
    'Erweiterte Stornoberechtigung vergeben: von Hand erledigt',
  ]);
  expect(document.channelShowedStornoBefore).toBeNull();
  expect(document.waits[0]?.actualMs).toBeGreaterThanOrEqual(25);
});
