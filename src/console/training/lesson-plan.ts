import { Sheet, type Style } from '../../protocol/pdf-sheet';
import { drawTable } from '../../protocol/pdf-table';
import { MISHAPS, type Lesson } from './mishaps';

interface Exercise extends Lesson {
  title: string;
}

/** Before the mishaps, and after them. */
const BEFORE: readonly Exercise[] = [
  {
    title: 'Eine Absage von Anfang bis Ende',
    minutes: 5,
    when: 'Neue Absage, eine Vorstellung von heute',
    see: 'Vier Schritte, zwei Wartezeiten von 20 Sekunden, die Grenze „bis hierher können Sie abbrechen“, die Aufgaben des Hauses',
    decide: 'ENTFÄLLT oder ABGESAGT, der Hinweis für Ö-Ticket, wer Rückfragen beantwortet',
  },
  {
    title: 'Abbrechen',
    minutes: 3,
    when: 'in der ersten Wartezeit',
    see: '„Absage abgebrochen“, die Titel wie vorher',
    decide: 'Begründen, warum abgebrochen wird. Danach dieselbe neu absagen.',
  },
];
const AFTER: readonly Exercise[] = [
  {
    title: 'Ein Haus ohne Gateway',
    minutes: 10,
    when: 'Neue Absage, Haus GUID, mit den Übungsmasken im zweiten Fenster',
    see: 'Jede Aufgabe mit dem Weg zur Maske; ein Fehler in der Maske fällt beim Bestätigen auf',
    decide: 'Was in der Maske steht, nicht was darin stehen soll. Einmal absichtlich einen Fehler machen.',
  },
  {
    title: 'Nachlesen',
    minutes: 3,
    when: 'am Ende einer Absage',
    see: 'Das Protokoll, die Liste der Aufgaben, das Handbuch',
    decide: 'Wer hakt die Aufgaben des Hauses ab, und wer ruft wen an?',
  },
];

/** Everything that is practised, in the order of the lesson. */
export function exercises(): Exercise[] {
  const mishaps = MISHAPS.flatMap(({ title, lesson }) => (lesson ? [{ title, ...lesson }] : []));
  return [...BEFORE, ...mishaps, ...AFTER];
}

const TITLE: Style = { font: 'bold', size: 17 };
const TEXT: Style = { font: 'regular', size: 9 };
const HEAD: Style = { font: 'bold', size: 8, color: '#333333' };
const CELL: Style = { font: 'regular', size: 8 };
const NAME: Style = { font: 'bold', size: 8 };

const BEGIN = [
  'Im Probebetrieb wird nichts übertragen: Jet, Ö-Ticket und die E-Mails sind nachgestellt. Begonnen wird auf der Seite „Übung“ mit „Neues Programm“: dann ist jede Vorstellung wieder im Verkauf.',
  'Die Knöpfe stehen auf der Seite „Übung“ und auf der Seite jeder laufenden Absage. Eine Wartezeit dauert hier 20 Sekunden, im Betrieb 15 Minuten: bitte sagen. Nach jeder Übung „Alles wieder normal“ drücken.',
];

const ALWAYS =
  'Am Ende soll jede und jeder sagen können: Was ist geschehen? Was ist sicher? Was tue ich jetzt? Wen rufe ich an? Und: nie Bereitstellung oder Abschluss setzen, Ö-Ticket nicht selbst schreiben, solange die Absage offen ist.';

/** The plan of a lesson for a trainer, on one page, with room to tick. `madeAt`: what the file names as its time. */
export function renderLessonPlan(madeAt: Date): Promise<Buffer> {
  const all = exercises();
  const minutes = all.reduce((sum, exercise) => sum + exercise.minutes, 0);
  const sheet = new Sheet({
    title: 'Übungsplan: eine Vorstellung absagen',
    language: 'de-AT',
    createdAt: madeAt,
    bannerHeight: 0,
  });
  sheet.y = 48;
  say(sheet, 'H1', `Übungsplan: eine Vorstellung absagen (${minutes} Minuten)`, TITLE, 6);
  for (const text of BEGIN) say(sheet, 'P', text, TEXT, 4);
  drawTable(sheet, {
    caption: 'Die Übungen, in dieser Reihenfolge',
    weights: [7, 20, 20, 27, 26],
    head: ['Min.', 'Übung', 'Wann', 'Das ist zu sehen', 'Das ist zu entscheiden'].map((text) => ({
      text,
      style: HEAD,
      scope: 'Column' as const,
    })),
    rows: all.map((exercise) => [
      { text: String(exercise.minutes), style: CELL },
      { text: exercise.title, style: NAME, scope: 'Row' as const },
      { text: exercise.when, style: CELL },
      { text: exercise.see, style: CELL },
      { text: exercise.decide, style: CELL },
    ]),
  });
  say(sheet, 'P', ALWAYS, TEXT, 0);
  return sheet.finish();
}

function say(sheet: Sheet, type: string, text: string, style: Style, gap: number): void {
  const tag = sheet.open(sheet.root, type);
  sheet.flow(tag, type, sheet.fit(text, style, sheet.width));
  tag.end();
  sheet.y += gap;
}
