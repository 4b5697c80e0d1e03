import type { JournalEntry } from '../../src/domain/journal';
import { MARKED, NOTHING_DONE, ProtocolCases, protocolOf, stepStates, TITLE } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
});
afterAll(() => cases.close());

it('a completed case lists what is left to be done by hand, and when the right ends', () => {
  const { toDo, right } = protocolOf(completed);
  const { validUntil } = right!.granted!;
  expect(toDo).toEqual([
    'Einlass, Besucherdienst und Gastronomie verständigen.',
    'Käufer:innen der eigenen Kassa und des eigenen Webshops verständigen: sie bekommen keine Servicemail von Ö-Ticket.',
    'Inhaber:innen von Abonnements und Paketen verständigen.',
    'Website, Spielplan und Aushang berichtigen.',
    'Bei Ö-Ticket die Bestätigung abwarten, dass die Servicemail versendet wurde.',
    'Rückerstattung für Karten anweisen, die nicht bei Ö-Ticket gekauft wurden.',
    `Sind am ${validUntil!.split('-').reverse().join('.')} noch Rückerstattungen offen: die erweiterte Stornoberechtigung verlängern.`,
  ]);
});

it('a case was aborted, and its titles are as they were', async () => {
  const document = protocolOf(await cases.aborted());
  expect(document.outcome).toMatchObject({
    state: 'aborted',
    summary:
      'Vor dem Storno abgebrochen. Titel und Hinweis wurden zurückgesetzt. Der Status wurde nicht verändert.',
    pointOfNoReturnPassed: false,
  });
  expect(document.texts[0]).toMatchObject({ before: TITLE, planned: MARKED, found: { text: TITLE } });
  expect(document.decisions).toMatchObject([
    { actor: 'clerk', label: 'Absage abbrechen und Titel zurücksetzen', reason: 'Irrtum' },
  ]);
  expect(document.toDo).toEqual(['Bei Ö-Ticket nachsehen, ob dort wieder der ursprüngliche Titel steht.']);
  expect(document.acts.map(({ operation }) => operation)).toEqual([
    'save-announcement',
    'restore-announcement',
  ]);
});

it('a case was aborted before anything was written: then nothing is left to do', async () => {
  const { outcome, toDo, acts } = protocolOf(await cases.abortedAtOnce());
  expect(outcome.summary).toContain('Geschrieben war noch nichts.');
  expect([toDo, acts]).toEqual([[], []]);
});

it('a case was refused, and says why', async () => {
  const document = protocolOf(await cases.refused());
  expect(document).toMatchObject({
    outcome: {
      state: 'refused',
      headline: 'Absage nicht begonnen',
      summary:
        'Status ist Abschluss – in diesem Zustand kann nicht storniert werden. In Jet wurde nichts geschrieben.',
    },
    refusal: { code: 'status-not-cancellable' },
    acts: [],
    right: null,
  });
  expect(stepStates(document)).toEqual({ check: 'done', ...NOTHING_DONE, report: 'open' });
});

it('a case was closed by hand after a Storno whose answer was lost: that is unclear, not done', async () => {
  const document = protocolOf(await cases.closedByHand());
  expect(document.outcome).toMatchObject({ state: 'closed-by-hand', pointOfNoReturnPassed: true });
  expect(stepStates(document)).toMatchObject({ 'mark-titles': 'done', 'set-storno': 'unclear' });
  expect(document.toDo[0]).toBe(
    'In Jet nachsehen, welcher Status gilt: Storno wurde versucht, ein Ergebnis steht nicht im Logbuch.',
  );
  expect(document.acts.at(-1)).toMatchObject({ operation: 'set-storno', outcome: null, confirmedAt: null });
});

it('a case has not ended: it says so, and how far it got', async () => {
  const entries = await cases.open();
  const document = protocolOf(entries);
  expect(document.outcome).toMatchObject({
    state: 'open',
    headline: 'Absage noch nicht beendet',
    endedAt: null,
    summary:
      'Die Absage läuft noch oder wurde unterbrochen: dieses Protokoll ist vorläufig. Der Storno ist gesetzt, in Connect Online ist er noch nicht gesehen.',
  });
  expect(document.asOf).toBe(entries.at(-1)?.at);
  expect(document.waits.at(-1)).toMatchObject({ step: 'wait-for-storno-transfer', actualMs: null });
  expect(document.toDo[0]).toBe('Die Absage ist nicht zu Ende: ihren Stand ansehen.');
});
