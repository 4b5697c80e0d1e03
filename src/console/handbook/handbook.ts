import { choiceText, isChoice } from '../../domain/choices';
import type { FailureCode } from '../../domain/failures';
import { keysOf } from '../../domain/rows';
import type { Action } from '../../domain/vocabulary';
import { ACTION_LABELS } from '../../domain/wording';
import { EVENT } from './event';
import { INSIDE } from './inside';
import { JET } from './jet';
import { PARTNER } from './partner';
import type { Sections } from './section';

/** The chapters of the handbook for the duty telephone, in the order in which an evening goes wrong most often. */
export const CHAPTERS: readonly { title: string; codes: readonly FailureCode[] }[] = [
  { title: 'In Jet hat sich etwas geändert', codes: keysOf(EVENT) },
  { title: 'Ö-Ticket, das Recht und die E-Mail', codes: keysOf(PARTNER) },
  { title: 'Jet antwortet nicht, wie es soll', codes: keysOf(JET) },
  { title: 'Absage selbst', codes: keysOf(INSIDE) },
];

/** One section for each failure: the compiler asks for those that are missing. */
export const HANDBOOK: Sections<FailureCode> = { ...EVENT, ...PARTNER, ...JET, ...INSIDE };

/** What holds in every case, before anything else is read. */
export const RULES: readonly string[] = [
  'Nichts muss schnell gehen. Eine Absage, die fragt, wartet. Absage setzt nie einen anderen Status als Storno und sendet die E-Mail an Ö-Ticket nie von selbst ein zweites Mal.',
  'In Jet nie Bereitstellung oder Abschluss setzen: daraus kann nicht mehr storniert werden. Und nie einen Status „reparieren“, indem Sie Verkaufsfreigabe setzen: dann sind die Karten sofort wieder im Verkauf.',
  'Solange die Absage offen ist, Ö-Ticket nicht selbst schreiben: Absage tut es im letzten Schritt und weiß nichts von Ihrer E-Mail.',
];

/** States that are no failure, with the same kind of help. `id`: what a page links to. */
export const OTHER_STATES = [
  {
    id: 'interrupted',
    title: 'Die Absage ist unterbrochen',
    text: 'Sie wurde begonnen, ist nicht zu Ende, und nichts arbeitet mehr daran: jemand hat den Lauf in Temporal beendet. Was geschrieben wurde, steht im Logbuch. „Absage fortsetzen“ beginnt einen neuen Lauf, der nachsieht und das Übrige erledigt. Fragen Sie vorher den technischen Betrieb, ob jemand sie mit Absicht beendet hat.',
  },
  {
    id: 'run-paused',
    title: 'Die Absage ist angehalten',
    text: 'Jemand hat ihren Lauf in Temporal angehalten; sie geht erst weiter, wenn der technische Betrieb das dort aufhebt. Es ist nichts verloren, und solange wird nichts geschrieben. Anrufen: den technischen Betrieb.',
  },
  {
    id: 'run-stuck',
    title: 'Die Absage kommt nicht weiter: jeder Versuch schlägt fehl',
    text: 'Der Lauf scheitert immer wieder an derselben Stelle: ein Worker einer anderen Version läuft, oder ihm fehlt ein Schlüssel. Bis das behoben ist, wird nichts geschrieben, und keine Aktion kommt an. `absage doctor` nennt die Absage, seit wann, und die Befehle, die helfen. Anrufen: den technischen Betrieb.',
  },
  {
    id: 'run-without-workers',
    title: 'Die Absage läuft auf einer Version, für die kein Worker läuft',
    text: 'Bei einem Wechsel der Version wurden die Worker der bisherigen beendet, solange noch Absagen auf ihnen liefen. Es wird nichts geschrieben, und keine Aktion kommt an. `absage deploy status` nennt die Version: einen Worker davon wieder starten, bis die Absage zu Ende ist. Anrufen: den technischen Betrieb.',
  },
  {
    id: 'series',
    title: 'Mehrere Vorstellungen entfallen',
    text: 'In der Suche bei jeder das Kästchen anhaken; „Auswahl merken“ hebt sie auf, bis auch die anderen gefunden sind. Dann „Ausgewählte absagen“: ein Zusatz und ein Hinweis für alle. Die Prüfung nennt nach Häusern, was geht, was nicht und warum, und wann alles fertig ist. Beauftragt wird genau das Gezeigte oder gar nichts. Die nächste Vorstellung kommt immer zuerst; Ö-Ticket bekommt je Haus eine gemeinsame E-Mail. Entfällt heute Abend noch eine andere: einzeln absagen, sie kommt vor der Serie.',
  },
  {
    id: 'series-item',
    title: 'In einer Serie braucht eine Vorstellung jemanden, oder sie wurde nicht abgesagt',
    text: 'Die anderen gehen weiter und warten nicht darauf. „Nur was jemanden braucht“ zeigt, welche; jede hat ihre eigene Seite mit allem, was eine einzelne Absage kann. Was nicht abgesagt wurde, wird vielleicht noch verkauft: der Grund steht in der Zeile. Ist er behoben, anhaken und „Noch einmal versuchen“. Was noch nicht begonnen hat und doch gespielt wird, lässt sich auslassen; was begonnen hat, wird auf seiner eigenen Seite abgebrochen.',
  },
  {
    id: 'series-notice',
    title: 'Von der E-Mail einer Serie ist nicht sicher, ob sie angekommen ist',
    text: 'Der Mailserver hat nicht geantwortet oder sie abgelehnt. Absage sendet sie nicht von selbst noch einmal. Ö-Ticket anrufen, mit dem Haus und den VA-Nummern aus der Seite der Serie: ist sie da? Dann „Die E-Mail ist angekommen“, sonst „noch einmal senden“. In Jet ist alles getan.',
  },
  {
    id: 'series-interrupted',
    title: 'Eine Serie ist unterbrochen',
    text: 'Nichts arbeitet mehr an ihr: jemand hat ihren Lauf in Temporal beendet. Was begonnen hat, geht weiter; was noch nicht begonnen hat, beginnt nicht und wird weiter verkauft. „Wieder aufnehmen“ beginnt einen neuen Lauf, der nachsieht und das Übrige erledigt. Fragen Sie vorher den technischen Betrieb, ob jemand sie mit Absicht beendet hat.',
  },
  {
    id: 'nothing-works',
    title: 'Absage geht gar nicht, und heute Abend entfällt eine Vorstellung',
    text: 'Die Schritte in Jet von Hand machen, so wie es die Anleitung der Kassa sagt, nur die E-Mail an Ö-Ticket nicht. Ist Absage wieder da, findet die offene Absage, was dasteht, übernimmt es und schreibt die E-Mail. War noch nichts beauftragt: danach beauftragen.',
  },
] as const;

/** A way out as it stands on its button, or beside its choice. */
export function wayLabel(way: string): string {
  const label = isChoice(way) ? choiceText(way) : ACTION_LABELS[way as Action];
  return /[.:?]$/.test(label) ? label : `${label}:`;
}
