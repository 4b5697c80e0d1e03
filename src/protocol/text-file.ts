const MARKS: readonly [encoding: string, mark: Buffer][] = [
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/** The text of a file as editors and shells write it: UTF-8, or UTF-16 with its byte order mark, as PowerShell's `>`. */
export function readText(file: Buffer): string {
  const [encoding = 'utf-8'] = MARKS.find(([, mark]) => file.subarray(0, 2).equals(mark)) ?? [];
  return new TextDecoder(encoding).decode(file);
}
