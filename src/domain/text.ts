/** Longest text that a person may give (reason, names), in characters. */
const MAX_TEXT_CHARACTERS = 2_000;

/** Longest name of an actor, in characters: it stands in every line of the journal. */
const MAX_ACTOR_CHARACTERS = 200;

const BIDIRECTIONAL_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const LINE_SEPARATORS = /[\u2028\u2029]/;
/** U+2800 is a pattern of Braille without a dot. */
const INVISIBLE_ONLY = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Trimmed, in NFC, line breaks as LF. */
export function normaliseText(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim().normalize('NFC');
}

/**
 * Why a text (already normalised) cannot be taken, as a German half sentence, or `null`. Everything else is
 * legitimate and arrives literally: `{{x}}`, `<b>`, a line with a single dot.
 */
export function textFault(text: string): string | null {
  if (INVISIBLE_ONLY.test(text)) return 'darf nicht leer sein';
  if ([...text].length > MAX_TEXT_CHARACTERS) return 'darf höchstens 2.000 Zeichen lang sein';
  if (LONE_SURROGATE.test(text)) return 'enthält ein unvollständiges Zeichen';
  if (CONTROLS.test(text)) return 'enthält ein Steuerzeichen';
  if (BIDIRECTIONAL_CONTROLS.test(text)) return 'enthält ein Steuerzeichen für die Schreibrichtung';
  if (LINE_SEPARATORS.test(text)) return 'enthält ein Sonderzeichen für einen Zeilenumbruch';
  if (text.includes('\ufeff')) return 'enthält ein unsichtbares Sonderzeichen';
  return null;
}

/** Why a text (already normalised) cannot stand on one line, as a German half sentence, or `null`. */
export function lineFault(text: string, longest = MAX_TEXT_CHARACTERS): string | null {
  if (text.includes('\n')) return 'darf nur eine Zeile haben';
  return (
    textFault(text) ?? ([...text].length > longest ? `darf höchstens ${longest} Zeichen lang sein` : null)
  );
}

/** Why a name (already normalised) cannot be an actor's, as a German half sentence, or `null`. */
export function actorFault(name: string): string | null {
  return [...name].length > MAX_ACTOR_CHARACTERS && !name.includes('\n') ? 'ist zu lang' : lineFault(name);
}

/** Equal for a reader: NFC, and CRLF is LF. */
export function isSameText(a: string | null, b: string | null): boolean {
  return comparable(a) === comparable(b);
}

/** `null` and the empty field are the same unused field. */
export function comparable(text: string | null): string {
  return (text ?? '').normalize('NFC').replace(/\r\n?/g, '\n');
}

/** A text that a mask shows on several lines, on one: the breaks become blanks. */
export function onOneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ');
}

/** Whatever ends a line would end a header, or begin a false one in the body. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
