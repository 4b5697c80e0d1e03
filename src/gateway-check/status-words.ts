/** The words of the masks. Another one is allowed, but not one of these written otherwise. */
const WORDS = ['Verkaufsfreigabe', 'Bereitstellung', 'Abschluss', 'Storno'];
const CODES = /^(on[_-]?sale|provisioned|closed|cancell?ed|storniert)$/i;

/** Whether a status can be the word of a mask: neither a code in its place, nor a known word in other letters or with blanks. */
export function canBeMaskWord(word: string): boolean {
  if (WORDS.includes(word)) return true;
  return !CODES.test(word.trim()) && !WORDS.some((known) => fold(known) === fold(word));
}

function fold(word: string): string {
  return word
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .toLowerCase();
}
