import { clockTime, germanDate } from './clock';
import type { LocalDate } from './types';
import type { StepName } from './vocabulary';

/*
 * What each step of a plan will really be, in German: for the page before the order, the `absage` command and every
 * program. The steps of a running case have their own words.
 */

const STORNO_ALREADY = {
  'mark-titles':
    'Titel, Titel (Kundensicht) und Externer Memotext bleiben, wie sie sind: der Status ist schon Storno. Ihr Hinweis steht nur in der E-Mail.',
  'wait-for-title-transfer': 'Keine Wartezeit: es wird kein Zusatz gespeichert.',
  'set-storno': 'Der Status ist schon Storno und wird nicht verändert. Abbrechen ist nicht möglich.',
} as const;

/** A step that is left out, because what stands in Jet already makes it needless. */
export const SKIPPED = {
  ...STORNO_ALREADY,
  marked: 'Titel und Hinweis stehen schon so in Jet. Es wird nichts gespeichert.',
  titleWait: 'Keine Wartezeit: das letzte Speichern in Jet liegt lange genug zurück.',
  stornoWait: 'Keine Wartezeit: der Storno steht lange genug in Jet.',
} as const;

/** Every step of an event that cannot be cancelled. */
export const NOT_TAKEN = 'Geschieht nicht: diese Vorstellung kann so nicht abgesagt werden.';

/** What the texts of a plan name. */
export interface PlanFacts {
  isStornoAlready: boolean;
  rightValidUntil: LocalDate;
}

type Sentences = Record<StepName, (facts: PlanFacts) => string>;

const BY_ABSAGE: Sentences = {
  check: () => 'Absage prüft die Veranstaltung in Jet.',
  'mark-titles': () => 'Absage speichert Titel und Hinweis in Jet.',
  'wait-for-title-transfer': () =>
    'Absage wartet, bis Ö-Ticket den Zusatz hat. So lange wird weiter verkauft.',
  'set-storno': () =>
    'Absage setzt den Status auf Storno. Bis dahin können Sie abbrechen, danach nicht mehr.',
  'wait-for-storno-transfer': () => 'Absage wartet, bis Ö-Ticket den Storno hat.',
  'verify-channel': ({ isStornoAlready }) =>
    isStornoAlready
      ? 'Absage sucht den Storno in Connect Online. Weiter geht es, sobald er dort nach dem letzten Speichern übertragen ist.'
      : 'Absage kontrolliert in Connect Online, ob der Storno angekommen ist.',
  'grant-right': ({ rightValidUntil }) =>
    `Absage vergibt die erweiterte Stornoberechtigung bis ${germanDate(rightValidUntil)}.`,
  'notify-partner': () => 'Absage schreibt Ö-Ticket die E-Mail mit der Anweisung zur Rückerstattung.',
  report: () => 'Fertig: das Protokoll liegt bereit.',
};

/** In a house without a gateway a clerk does everything in Jet, and Absage says what and when. */
const BY_PERSON: Sentences = {
  ...BY_ABSAGE,
  check: () => 'Absage prüft Ihre Angaben aus der Maske.',
  'mark-titles': () =>
    'Sie speichern in Jet Titel und Hinweis und bestätigen, was dann dasteht. Absage zeigt Ihnen Maske und Texte.',
  'wait-for-title-transfer': () =>
    'Absage wartet ab Ihrer Bestätigung, bis Ö-Ticket den Zusatz hat. So lange wird weiter verkauft, und Sie können abbrechen. Danach werden Sie gebraucht: das Haus bekommt eine E-Mail.',
  'set-storno': () =>
    'Sie setzen in Jet den Status auf Storno und bestätigen ihn. Sobald Absage Ihnen diese Aufgabe zeigt, können Sie nicht mehr abbrechen.',
  'wait-for-storno-transfer': ({ isStornoAlready }) =>
    isStornoAlready
      ? 'Absage wartet ab jetzt, bis Ö-Ticket den Storno haben muss. Danach werden Sie gebraucht: das Haus bekommt eine E-Mail.'
      : 'Absage wartet ab Ihrer Bestätigung, bis Ö-Ticket den Storno hat. Danach werden Sie wieder gebraucht: das Haus bekommt eine E-Mail.',
  'verify-channel': () => 'Sie sehen in Connect Online nach und bestätigen, was dort steht.',
  'grant-right': ({ rightValidUntil }) =>
    `Sie vergeben in Jet die erweiterte Stornoberechtigung bis ${germanDate(rightValidUntil)}.`,
};

/** What a step that will be taken is, and who takes it. */
export function stepSentence(step: StepName, by: 'absage' | 'person', facts: PlanFacts): string {
  return (by === 'person' ? BY_PERSON : BY_ABSAGE)[step](facts);
}

/** The warning that says in one sentence what an order does to an event that is Storno already. */
export function alreadyCancelledText(noticeAt: string | null): string {
  const when = noticeAt === null ? 'sofort' : `ab ca. ${clockTime(noticeAt)}`;
  return `Der Status ist schon Storno. In Jet werden Titel, Hinweis und Status nicht mehr verändert. Die E-Mail an Ö-Ticket geht ${when}, sobald Connect Online den Storno zeigt. Abbrechen ist nicht möglich.`;
}

/** As `alreadyCancelledText`, for a house whose clerk looks into Connect Online. */
export function alreadyCancelledByHandText(noticeAt: string): string {
  return `Der Status ist schon Storno. In Jet werden Titel, Hinweis und Status nicht mehr verändert. Ab ca. ${clockTime(noticeAt)} sehen Sie in Connect Online nach und vergeben die Stornoberechtigung, dann geht die E-Mail an Ö-Ticket. Abbrechen ist nicht möglich.`;
}
