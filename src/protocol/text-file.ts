const MARKS: readonly [encoding: string, mark: Buffer][] = [
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/**
 * The text of a file as editors, shells and mail programs write it: UTF-8; UTF-16 with its byte order mark, as PowerShell's
 * `>`; or else Windows-1252.
 */
export function readText(file: Buffer): string {
  const [encoding = 'utf-8'] = MARKS.find(([, mark]) => file.subarray(0, 2).equals(mark)) ?? [];
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(file);
  } catch {
    return fromWindows(file);
  }
}

/** Where Windows-1252 is not Latin-1: from 0x80 to 0x9F. Some versions of Node decode it as if it were. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function fromWindows(file: Buffer): string {
  return file
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => WINDOWS[character.charCodeAt(0) - 0x80] ?? character);
}
