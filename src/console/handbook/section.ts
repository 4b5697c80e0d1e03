import type { FAILURES, FailureCode } from '../../domain/failures';

type Row<C extends FailureCode> = (typeof FAILURES)[C];
type ChoicesOf<C extends FailureCode> =
  Row<C> extends { choices: readonly (infer Chosen extends string)[] } ? Chosen : never;

/** Every way out of a failure: its actions, and its choices in place of the action that takes one. */
type WayOf<C extends FailureCode> = Exclude<Row<C>['actions'][number], 'decide'> | ChoicesOf<C>;

/**
 * What the person on duty reads about one failure, in German. The compiler asks for each way that the failure table
 * offers, and for none other. Backticks mark commands and settings.
 */
export interface Section<C extends FailureCode> {
  title: string;
  happened: string;
  /** What is certain, and that nothing is lost. */
  safe: string;
  /** Where to look first. */
  look: string;
  ways: Readonly<Record<WayOf<C>, string>>;
  /** Whom to call, and when. */
  call: string;
}

/** A part of the handbook. */
export type Sections<C extends FailureCode> = { readonly [Code in C]: Section<Code> };

/** What helps with most failures of Jet. */
export const USUAL_WAYS = {
  retry:
    'Wenn die Ursache behoben ist. Absage versucht es auch von selbst weiter, bei Jet mindestens alle fünf Minuten.',
  'confirm-step':
    'Wenn die Zeit drängt und Jet am Schalter geht: den Schritt selbst in Jet machen, dann bestätigen, was in der Maske steht. In der Prüfung ganz am Anfang geht das nicht, da ist noch nichts begonnen.',
  'waive-step':
    'Nur beim Recht und bei der E-Mail: ohne den Schritt weitergehen. Er bleibt dann Ihre Aufgabe.',
  abort:
    'Nur vor dem ersten Versuch, Storno zu setzen. Der Abbruch gilt sofort; die Titel kommen zurück, sobald Jet antwortet.',
  'close-by-hand':
    'Der letzte Ausweg, nach einem Storno-Versuch oder bei einem Abbruch, der nicht zu Ende kommt. Es wird nichts mehr geschrieben. Was dann Ihre Aufgabe ist, steht vorher im Formular.',
} as const;
