import type { PlannedOrder } from '../../src/cases/orders';
import type { ListedCancellation } from '../../src/cases/lists';
import type { CancellationView } from '../../src/cases/view';
import type { JetEvent } from '../../src/domain/types';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';
import { absage } from './run-cli';

let stage: ApiStage;
let env: { ABSAGE_URL: string };

beforeAll(async () => {
  stage = await ApiStage.open();
  env = { ABSAGE_URL: await stage.listen() };
});
afterAll(() => stage.close());

const run = (args: string[], input?: string) => absage(args, { env, input });
const ORDER = ['--marker', 'ENTFAELLT', '--reason', 'Sturm'];
const expecting = ({ title, startsAt }: JetEvent) => ['--expect-title', title, '--expect-start', startsAt];
/** Clock times and hashes differ in each run. */
const steady = (output: string) =>
  output
    .replace(/\d\d\.\d\d Uhr/g, 'HH.MM Uhr')
    .replace(/\d\d?\.\d\d?\.\d{4}, \d\d\.\d\d\.\d\d/g, 'TT.MM.JJJJ, HH.MM.SS')
    .replace(/\b[0-9a-f]{12}\b/g, 'HASH');

/** The mail at the order goes out beside the steps, so its lines may stand anywhere. */
const withoutOrderMail = (output: string) =>
  output.replace(/^.*Haus verständigen.*\n/gm, '').replace(/^ +\d+ /gm, '  N ');

/** An event far enough in the future for every day on which this test runs. */
const anEvent = (changes: Partial<Record<keyof JetEvent, unknown>> = {}) =>
  stage.event({ title: 'Faust', startsAt: '2040-01-05T19:30:00.000+01:00', ...changes });

describe('plan', () => {
  it('shows what would be written, and when', async () => {
    const { eventNumber } = await anEvent({ customerTitle: 'Faust I', externalMemo: 'Zeile 1\nZeile 2' });
    const { code, stdout, stderr } = await run(['plan', 'FSP', eventNumber, ...ORDER]);
    expect([code, stderr]).toEqual([0, '']);
    expect(steady(stdout)).toBe(`So sehen es Ihre Kundinnen und Kunden und Ö-Ticket:
  Titel
    bisher: Faust
    dann:   Faust – ENTFÄLLT
  Titel (Kundensicht)
    bisher: Faust I
    dann:   Faust I – ENTFÄLLT
  Externer Memotext
    bisher: Zeile 1
            Zeile 2
    dann:   Sturm
            
            Zeile 1
            Zeile 2
In der E-Mail an Ö-Ticket:
  Hinweis:       Sturm
  Rückfragen an: Kartenbüro Festspielhaus, Telefon +43 2742 000 100, karten@festspielhaus.example
  Geht an:       absagen@oeticket.example (Kopie: karten@festspielhaus.example)
  Betreff:       [PROBE] Absage: Faust, Do., 05.01.2040, HH.MM Uhr, Großer Saal (VA-Nr. ${eventNumber})
Was geschieht, und wann:
  sofort             Absage speichert Titel und Hinweis in Jet.
                     Absage wartet, bis Ö-Ticket den Zusatz hat. So lange wird weiter verkauft.
  ab ca. HH.MM Uhr   Absage setzt den Status auf Storno. Bis dahin können Sie abbrechen, danach nicht mehr.
                     Absage wartet, bis Ö-Ticket den Storno hat.
  ab ca. HH.MM Uhr   Absage kontrolliert in Connect Online, ob der Storno angekommen ist.
                     Absage vergibt die erweiterte Stornoberechtigung bis 05.07.2040.
                     Absage schreibt Ö-Ticket die E-Mail mit der Anweisung zur Rückerstattung.
  ca. HH.MM Uhr      Fertig: das Protokoll liegt bereit.
`);
    expect(await stage.writes(eventNumber)).toEqual([]);
  });

  it('says why it is not possible and what to do, and nothing of what will never be, with exit code 1', async () => {
    const { eventNumber } = await anEvent({ status: 'Abschluss' });
    const { code, stdout } = await run(['plan', 'FSP', eventNumber, ...ORDER]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^ {2}Nicht möglich: Status ist Abschluss – in diesem Zustand kann nicht storniert werden\.\n {4}Bitte das Ticketing-Team anrufen.*\n$/,
    );
  });

  it('promises of an event that is Storno already only what will be', async () => {
    const { eventNumber } = await anEvent({ status: 'Storno', title: 'Faust – ABGESAGT' });
    const { code, stdout } = await run(['plan', 'FSP', eventNumber, ...ORDER]);
    expect(code).toBe(0);
    expect(stdout).toContain('Das bleibt in Jet, wie es ist:\n  Titel\n    bleibt: Faust – ABGESAGT\n');
    expect(stdout).toContain('  entfällt           Der Status ist schon Storno und wird nicht verändert.');
    expect(stdout).toContain('  Achtung: Der Status ist schon Storno.');
    expect(stdout).not.toMatch(/können Sie abbrechen|Absage (speichert|setzt)/);
  });

  it('names the case that there already is, who ordered it, and how to see it', async () => {
    const event = await anEvent();
    const order = await stage.prepare({ event });
    await stage.startWaiting(order);
    const { code, stdout } = await run(['plan', 'FSP', event.eventNumber, ...ORDER]);
    expect(code).toBe(1);
    expect(stdout).toContain('  Nicht möglich: Für diese Veranstaltung läuft bereits eine Absage.\n');
    expect(steady(stdout)).toMatch(/ {2}Abgesagt von Unbekannt, .*HH\.MM Uhr: wartet auf Ö-Ticket\.\n/);
    expect(stdout).toContain(`  Stand ansehen: absage status FSP ${event.eventNumber}\n`);
  });

  it('is there as JSON', async () => {
    const event = await anEvent();
    const { code, stdout } = await run(['plan', 'FSP', event.eventNumber, ...ORDER, '--json']);
    expect([code, (JSON.parse(stdout) as PlannedOrder).cancellable]).toEqual([0, true]);
  });
});

describe('cancel', () => {
  it('shows the event and its plan, asks, and watches to the end', async () => {
    const { eventNumber } = await anEvent();
    const { code, stdout, stderr } = await run(['cancel', 'FSP', eventNumber, ...ORDER], 'ja\n');
    expect(code).toBe(0);
    expect(stderr).toContain(`FSP ${eventNumber} · Faust
  Do., 5. Jänner 2040, 19.30 Uhr · Großer Saal, St. Pölten
  Status: Verkaufsfreigabe
`);
    expect(stderr).toContain('Diese Vorstellung absagen (ENTFÄLLT)? Bitte "ja" eingeben: ');
    const lines = steady(stdout).split('\n');
    expect(lines[0]).toBe('Die Absage läuft. Sie können dieses Fenster schließen, sie geht weiter.');
    expect(lines.filter((line) => line.startsWith('✓'))).toEqual([
      '✓ Prüfen',
      '✓ Titel und Hinweis speichern: gespeichert um HH.MM Uhr',
      '✓ Warten, bis Ö-Ticket den Zusatz hat',
      '✓ Status auf Storno setzen: gespeichert um HH.MM Uhr',
      '✓ Warten, bis Ö-Ticket den Storno hat',
      '✓ Kontrolle in Connect Online: gesehen um HH.MM Uhr',
      '✓ Erweiterte Stornoberechtigung vergeben: gültig bis 05.07.2040',
      '✓ E-Mail an Ö-Ticket: vom Mailserver angenommen',
      '✓ Abschluss und Protokoll',
    ]);
    expect(lines.at(-2)).toBe('Absage abgeschlossen um HH.MM Uhr.');
  });

  it.each([
    ['nein', 'nein\n'],
    ['nothing', ''],
  ])('begins nothing when the answer is %s', async (_name, input) => {
    const { eventNumber } = await anEvent();
    const { code, stdout, stderr } = await run(['cancel', 'FSP', eventNumber, ...ORDER], input);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/Es wurde nichts begonnen\.\n$/);
    expect((await run(['status', 'FSP', eventNumber])).stderr).toBe('Diese Absage gibt es nicht.\n');
  });

  it('does not ask when the plan cannot be carried out', async () => {
    const { eventNumber } = await anEvent({ status: 'Bereitstellung' });
    const { code, stderr } = await run(['cancel', 'FSP', eventNumber, ...ORDER], 'ja\n');
    expect(code).toBe(1);
    expect(stderr).not.toContain('Bitte "ja" eingeben');
  });

  it('with --yes and --no-watch starts it, shows it and ends', async () => {
    const event = await anEvent();
    const args = ['cancel', 'FSP', event.eventNumber, ...ORDER, '--yes', '--no-watch', ...expecting(event)];
    const { code, stdout, stderr } = await run([...args, '--actor', 'Käthe']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^FSP ${event.eventNumber} · Faust: wird geprüft\n  ▶ Prüfen\n`));
    const view = await stage.view({ house: 'FSP', eventNumber: event.eventNumber });
    expect(view).toMatchObject({ orderedBy: 'Käthe', order: { marker: 'ENTFÄLLT', reason: 'Sturm' } });
  });

  it('with --json prints one view, when it has ended', async () => {
    const event = await anEvent();
    const args = ['cancel', 'FSP', event.eventNumber, ...ORDER, '--yes', '--json', ...expecting(event)];
    const { code, stdout } = await run(args);
    expect([code, (JSON.parse(stdout) as CancellationView).state]).toEqual([0, 'completed']);
  });

  it('has exit code 1 when the run refuses it', async () => {
    const event = await anEvent();
    const expected = expecting({ ...event, title: 'Don Carlos' });
    const { code, stdout } = await run(['cancel', 'FSP', event.eventNumber, ...ORDER, '--yes', ...expected]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'Nicht begonnen: In Jet steht unter dieser Nummer eine andere Veranstaltung: Titel oder Beginn stimmen nicht überein. In Jet wurde nichts geschrieben.\n',
    );
  });

  it('has exit code 2 when the API cannot take a value', async () => {
    const event = await anEvent();
    const expected = ['--expect-title', 'Faust', '--expect-start', 'morgen'];
    const args = ['cancel', 'FSP', event.eventNumber, ...ORDER, '--yes', ...expected];
    expect(await run(args)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'Eine Angabe ist nicht möglich.\n  expected.startsAt braucht einen Zeitpunkt mit Zeitzone, den es gibt, z. B. 2026-12-12T19:30:00+01:00\n',
    });
  });

  it('shows the cancellation that stands in the way', async () => {
    const event = await anEvent();
    await stage.startWaiting(await stage.prepare({ event }));
    const args = ['cancel', 'FSP', event.eventNumber, ...ORDER, '--yes', ...expecting(event)];
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toContain(`Für diese Veranstaltung gibt es bereits eine Absage.
  Für diese Veranstaltung gibt es bereits eine Absage mit anderen Angaben.
FSP ${event.eventNumber} · Faust: wartet auf Ö-Ticket
`);
  });
});

describe('a case', () => {
  let number: string;

  beforeAll(async () => {
    const event = await anEvent();
    number = event.eventNumber;
    await stage.startWaiting(await stage.prepare({ event }));
  });

  it('is shown by status, with what can be done', async () => {
    const { code, stdout } = await run(['status', 'FSP', number]);
    expect(code).toBe(0);
    const [shown = '', actions] = steady(stdout).split('  Möglich ist jetzt:\n');
    expect(actions).toContain(`    absage abort FSP ${number} --reason "…"\n`);
    expect(shown).toBe(`FSP ${number} · Faust: wartet auf Ö-Ticket
  Titel und Hinweis sind gespeichert. Ö-Ticket bekommt sie in dieser Zeit. Bis ca. HH.MM Uhr wird weiter verkauft.
  Wenn Sie nichts tun: um ca. HH.MM Uhr setzt Absage den Status auf Storno. Bis dahin können Sie abbrechen, danach nicht mehr.
  ✓ Prüfen  HH.MM Uhr
  ✓ Titel und Hinweis speichern  HH.MM Uhr  gespeichert um HH.MM Uhr
  ▶ Warten, bis Ö-Ticket den Zusatz hat
  ○ Status auf Storno setzen
  ○ Warten, bis Ö-Ticket den Storno hat
  ○ Kontrolle in Connect Online
  ○ Erweiterte Stornoberechtigung vergeben
  ○ E-Mail an Ö-Ticket
  ○ Abschluss und Protokoll
  Wartezeit bis HH.MM Uhr
`);
  });

  it('is in the list', async () => {
    const { code, stdout } = await run(['list', '--house', 'FSP', '--state', 'waiting']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `FSP ${number}        wartet auf Ö-Ticket     Do., 5. Jänner 2040, 19.30 Uhr  Faust\n`,
    );
  });

  it('is in the list as JSON', async () => {
    const { stdout } = await run(['list', '--json', '--from', '2040-01-05', '--to', '2040-01-05']);
    const { cancellations } = JSON.parse(stdout) as { cancellations: ListedCancellation[] };
    expect(cancellations.map(({ eventNumber }) => eventNumber)).toContain(number);
  });

  it('has nothing to try again, with exit code 1', async () => {
    expect(await run(['retry', 'FSP', number, '--reason', 'x'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Das ist im Moment nicht möglich.\n  Im Moment gibt es nichts, das erneut versucht werden könnte.\n',
    });
  });

  it('has nothing to confirm by hand: says so, and what is possible, with exit code 1', async () => {
    const { code, stderr } = await run(['confirm-step', 'FSP', number, '--reason', 'Erledigt']);
    expect(code).toBe(1);
    expect(stderr).toContain('confirm-step ist jetzt nicht möglich.');
    expect(stderr).toContain(`absage abort FSP ${number}`);
  });

  it('has a journal', async () => {
    // The mail at the order goes out beside the steps, and its line may come after that of the last one.
    const { code, stdout } = await eventually(
      () => run(['journal', 'FSP', number]),
      (journal) => / Vorhaben +Haus verständigen +Absage /.test(journal.stdout),
    );
    expect(code).toBe(0);
    expect(withoutOrderMail(steady(stdout)))
      .toBe(`  N  TT.MM.JJJJ, HH.MM.SS  Beginn        Prüfen                       erledigt      Unbekannt  HASH
  N  TT.MM.JJJJ, HH.MM.SS  Vorhaben      Titel und Hinweis speichern                Unbekannt  HASH
  N  TT.MM.JJJJ, HH.MM.SS  Ergebnis      Titel und Hinweis speichern  erledigt      Unbekannt  HASH
Die Kette der Einträge ist vollständig.
`);
  });

  it('can be aborted; a command that watches it shows the end, with exit code 1', async () => {
    const watching = run(['watch', 'FSP', number]);
    const abort = await run(['abort', 'FSP', number, '--reason', 'Die Sonne scheint.', '--actor', 'Anna']);
    expect(abort.code).toBe(0);
    expect(abort.stdout).toMatch(
      /^Angenommen: Absage bricht ab und schreibt die ursprünglichen Texte zurück\./,
    );
    expect(abort.stdout).not.toContain('wird weiter verkauft');
    const { code, stdout } = await watching;
    expect(code).toBe(1);
    expect(stdout).toContain('Abgebrochen von Anna. Begründung: Die Sonne scheint.\n');
    expect(stdout).toContain('Titel und Hinweis wurden zurückgesetzt.');
    expect(stdout).toMatch(/ bis ca\. .* Uhr kann dort noch der Zusatz zu sehen sein\.\n/);
    expect(stdout).toMatch(/\nAbsage abgebrochen\.\n$/);
    expect(await run(['abort', 'FSP', number, '--reason', 'x'])).toMatchObject({
      code: 1,
      stderr: 'Das ist im Moment nicht möglich.\n  Diese Absage ist schon beendet.\n',
    });
    expect((await run(['status', 'FSP', number])).code).toBe(1);
  });
});

describe('watch', () => {
  it('has exit code 3 when a person is needed, and names what can be done', async () => {
    const event = await anEvent();
    const { eventNumber } = event;
    const fault = { operation: 'save-announcement', kind: 'truncate-value', eventNumber };
    await stage.simulator.control('POST', '/faults', [fault]);
    await stage.start(await stage.prepare({ event }));
    const { code, stdout } = await run(['watch', 'FSP', eventNumber]);
    expect(code).toBe(3);
    expect(stdout).toContain('Jet hat einen Wert nicht so übernommen, wie er gespeichert werden sollte.');
    expect(stdout).toContain(`absage retry FSP ${eventNumber} --reason "…"`);
    expect(stdout).toMatch(new RegExp(`Weiter zusehen: absage watch FSP ${eventNumber}\n$`));
    // The lists of Temporal are behind at times.
    await eventually(
      () => run(['list', '--needs-attention']),
      (list) => list.stdout.includes(`FSP ${eventNumber}`),
    );
  });

  it('has exit code 3 when the run was terminated', async () => {
    const event = await anEvent();
    const order = await stage.prepare({ event });
    await stage.startWaiting(order);
    await stage.handle(order).terminate();
    const { code, stdout } = await run(['watch', 'FSP', event.eventNumber]);
    expect(code).toBe(3);
    expect(stdout).toContain('Die Absage wurde unterbrochen.\n');
  });

  it('does not find a case that never was', async () => {
    expect(await run(['watch', 'FSP', '888888'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Diese Absage gibt es nicht.\n',
    });
  });
});

it('says that there are no cancellations', async () => {
  expect(await run(['list', '--house', 'KREMS'])).toEqual({
    code: 0,
    stdout: 'Keine Absagen.\n',
    stderr: '',
  });
});
