import { createScanner, SyntaxKind } from 'jsonc-parser';

/** A Protokoll has six levels. Whatever is far deeper is none, and no function here has to follow it down. */
const DEEPEST = 64;

interface JsonText {
  value: unknown;
  /**
   * Whether each reader reads the same: no member stands there twice, and each number is written as it is computed with.
   * Otherwise one program takes the first value and another the last one, or the digits are rounded away.
   */
  isUnequivocal: boolean;
}

/** What a JSON says, and whether that is certain; `null`: it is no JSON, or nothing that a Protokoll could be. */
export function readJson(text: string): JsonText | null {
  const isUnequivocal = isWrittenOnce(text);
  if (isUnequivocal === null) return null;
  try {
    return { value: JSON.parse(text), isUnequivocal };
  } catch {
    return null;
  }
}

/** `null`: it is too deep, or has a number beyond all numbers. */
function isWrittenOnce(text: string): boolean | null {
  const scanner = createScanner(text, true);
  const levels: Set<string>[] = [];
  let isOnce = true;
  let word: string | null = null;
  for (let token = scanner.scan(); token !== SyntaxKind.EOF; token = scanner.scan()) {
    const value = scanner.getTokenValue();
    if (token === SyntaxKind.OpenBraceToken || token === SyntaxKind.OpenBracketToken) levels.push(new Set());
    if (token === SyntaxKind.CloseBraceToken || token === SyntaxKind.CloseBracketToken) levels.pop();
    if (levels.length > DEEPEST) return null;
    if (token === SyntaxKind.NumericLiteral) {
      if (!Number.isFinite(Number(value))) return null;
      isOnce &&= String(Number(value)) === value;
    }
    // A string before a colon is the name of a member.
    if (token === SyntaxKind.ColonToken && word !== null) {
      isOnce &&= !levels.at(-1)?.has(word);
      levels.at(-1)?.add(word);
    }
    word = token === SyntaxKind.StringLiteral ? value : null;
  }
  return isOnce;
}
