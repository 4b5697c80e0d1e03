import { edit, type Mutant } from './mutant';

/** Faults in the mail to Ö-Ticket: after the right, under one Message-ID, and never twice. */
export const PARTNER_NOTICE_MUTANTS: readonly Mutant[] = [
  {
    name: 'the mail before the right',
    edits: [
      edit(
        'workflows/cancel-performance.ts',
        'const right = await turns.pass(() => grantRight(run));\n  if (isAgain(right)) return right;\n  const notice = await turns.pass(() => notifyPartner(run));\n  if (isAgain(notice)) return notice;',
        'const notice = await notifyPartner(run);\n  if (isAgain(notice)) return notice;\n  const right = await grantRight(run);\n  if (isAgain(right)) return right;',
      ),
    ],
    seed: 50001,
  },
  {
    name: 'a fresh Message-ID for each attempt',
    edits: [
      edit(
        'activities/partner-notice.ts',
        `collectFacts(opening, entries, ref.caseId, known`,
        `collectFacts(opening, entries, \`\${ref.caseId}-\${entries.length}\`, known`,
      ),
    ],
    seed: 50001,
  },
  {
    name: 'a mail is in doubt while its sending may still be under way',
    edits: [
      edit(
        'activities/partner-notice.ts',
        'if (underWayMs === 0) return known;',
        'if (underWayMs >= 0) return known;',
      ),
    ],
    seed: 20470,
  },
  {
    name: 'a mail in doubt is sent again',
    edits: [
      edit(
        'activities/partner-notice.ts',
        "if ([...states.values()].includes('in-doubt')) {",
        'if (states.size > 9) {',
      ),
    ],
    seed: 51925,
  },
  {
    name: 'a mail that was begun and has no outcome is taken as not sent',
    edits: [
      edit('activities/partner-notice.ts', 'if (unfinished) {', 'if (unfinished && entries.length > 999) {'),
      edit(
        'domain/mail-lines.ts',
        "entry.kind === 'intent' && outcomeOf(entries, entry) === null)",
        "entry.kind === 'intent' && entries.length > 999)",
      ),
    ],
    seed: 50264,
  },
  {
    name: 'two attempts may send the mail at once',
    edits: [
      edit(
        'activities/partner-notice.ts',
        'const intent = await journal.appendNewUnlessEnded(',
        'const intent = await journal.append(',
      ),
      edit('activities/partner-notice.ts', ' || sinceBeginMs > leftMs / 2 - CONNECT_WITHIN_MS', ''),
    ],
    seed: 50412,
  },
  {
    name: 'an attempt that slept before it connects sends its mail all the same',
    edits: [edit('activities/partner-notice.ts', 'elapsedMs() > CONNECT_WITHIN_MS', 'elapsedMs() < 0')],
    seed: 50937,
  },
  {
    name: 'how long a sender has slept is told by a clock that can be set',
    edits: [
      edit(
        'activities/partner-notice.ts',
        'performance.now() - uptimeMs, Math.abs(Date.now() - timeMs)',
        'Date.now() - timeMs',
      ),
    ],
    seed: 51537,
  },
];
