/** What the API writes down where a program in a rehearsal gives no name: no person is called so. */
export const NO_NAME = 'rehearsal';

const UNKNOWN = 'Unbekannt';

/**
 * Who did something, as people read it. Lines, and what is derived from them for a Protokoll, keep the word that was
 * written down: one that was kept must come out the same again. So it is replaced where it is shown.
 */
export function shownName(actor: string): string {
  return actor === NO_NAME ? UNKNOWN : actor;
}

/** The sentences of ours that name somebody. The name ends there, or an own sentence of ours goes on. */
const NAMING = [
  /^(von )rehearsal$/,
  /^(Darauf hat )rehearsal(?= verzichtet: )/,
  /(dass Ö-Ticket nicht mehr verkauft, hat )rehearsal(?= selbst nachgesehen)/,
  /( Uhr, von )rehearsal(?=\)|\.)/,
  /( Von der Absage verständigt hat: )rehearsal(?=\.$| \()/,
];

/** The same for a sentence that was derived from lines. What a person has written in it stays as it is. */
export function withShownNames(sentence: string): string {
  return NAMING.reduce((text, naming) => text.replace(naming, `$1${UNKNOWN}`), sentence);
}
