/**
 * An address, or `null` where the text is none. Not `URL.canParse`: once Node 20 has optimised a caller of it, it says no to
 * every address with an umlaut.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
