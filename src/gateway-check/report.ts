import type { ClauseCheck, ClauseState } from './book';
import type { Findings } from './check';

const MARKS: Record<ClauseState, string> = { ok: 'ok', broken: 'GEBROCHEN', 'not-tried': '–' };
const MARK_WIDTH = 11;
const ID_WIDTH = 24;

/** A line for each clause; of a broken one also what was sent, expected and seen, and what would go wrong. */
export function describeFindings({ checks, leftBehind }: Findings): string {
  const count = (state: ClauseState) => checks.filter((check) => check.state === state).length;
  const summary = `${count('ok')} Klauseln gehalten, ${count('broken')} gebrochen, ${count('not-tried')} nicht geprüft.`;
  return [
    ...checks.filter(({ state }) => state !== 'not-tried').flatMap(describe),
    ...describeNotTried(checks),
    '',
    ...leftBehind.flatMap((text) => [`ZURÜCKGEBLIEBEN: ${text}`, '']),
    summary,
  ].join('\n');
}

/** By reason: where nothing is written, most of them share one. */
function describeNotTried(checks: readonly ClauseCheck[]): string[] {
  const skipped = checks.filter(({ state }) => state === 'not-tried');
  const reasons = [...new Set(skipped.map(({ seen }) => seen))];
  return reasons.map((reason) => {
    const ids = skipped.filter(({ seen }) => seen === reason).map(({ id }) => id);
    return `${MARKS['not-tried'].padEnd(MARK_WIDTH)}nicht geprüft, ${reason}: ${ids.join(', ')}`;
  });
}

function describe({ id, clause, state, sent, expected, seen, risk }: ClauseCheck): string[] {
  const line = `${MARKS[state].padEnd(MARK_WIDTH)}${id.padEnd(ID_WIDTH)}${clause}`;
  if (state !== 'broken') return [`${line} (${seen})`];
  const indent = ' '.repeat(MARK_WIDTH);
  return [
    line,
    ...(sent === null ? [] : [`${indent}gesendet: ${sent}`]),
    `${indent}erwartet: ${expected}`,
    `${indent}gesehen:  ${seen}`,
    `${indent}Folge:    ${risk}`,
  ];
}

/** For a build server: a test case for each clause. */
export function toJUnit({ checks }: Findings): string {
  const count = (state: ClauseState) => checks.filter((check) => check.state === state).length;
  const attributes = `name="jet-gateway" tests="${checks.length}" failures="${count('broken')}" skipped="${count('not-tried')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite ${attributes}>`,
    ...checks.map(toTestCase),
    '</testsuite>',
    '',
  ].join('\n');
}

function toTestCase({ id, clause, state, sent, expected, seen, risk }: ClauseCheck): string {
  const name = `classname="${id}" name="${escape(clause)}"`;
  if (state === 'ok') return `  <testcase ${name}/>`;
  if (state === 'not-tried') return `  <testcase ${name}><skipped message="${escape(seen)}"/></testcase>`;
  const text = `gesendet: ${sent ?? 'nichts'}\nerwartet: ${expected}\ngesehen: ${seen}\nFolge: ${risk}`;
  return `  <testcase ${name}><failure message="${escape(seen)}">${escape(text)}</failure></testcase>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML takes no control characters, and what a gateway sends may hold any. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
