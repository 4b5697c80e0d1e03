import { edit, type Mutant } from './mutant';

/** Faults in what is known of the Storno when somebody is told of it, and in telling of a wait that is put off. */
export const STILL_STORNO_MUTANTS: readonly Mutant[] = [
  {
    name: 'the second wait does not care what the watch has seen',
    edits: [
      edit(
        'workflows/cancellation-run.ts',
        "if (step === 'wait-for-storno-transfer') {",
        "if (step === 'wait-for-storno-transfer' && this.isStornoLost) {",
      ),
    ],
    seed: 50022,
  },
  {
    name: 'a look in the second wait ends it',
    edits: [
      edit(
        'workflows/cancel-performance.ts',
        'remainingMs: Math.max(0, endsAtMs - Date.now())',
        'remainingMs: Math.max(0, endsAtMs - endsAtMs)',
      ),
    ],
    seed: 50047,
  },
  {
    name: 'a step that waits for a person or a server does not care what the watch has seen',
    edits: [
      edit(
        'workflows/cancellation-run.ts',
        'else if (isTelling(step) && (',
        'else if (isTelling(step) && this.isStornoLost && (',
      ),
    ],
    seed: 50097,
  },
  {
    name: 'a step that was woken by the watch does not look',
    edits: [
      edit(
        'workflows/cancel-performance.ts',
        'if (!run.isLookWanted) return null;',
        'if (!run.isLookWanted || pace) return null;',
      ),
    ],
    seed: 50097,
  },
  {
    name: 'the watch takes the event of a case that is Storno for anything but lost',
    edits: [
      edit(
        'activities/status-watch.ts',
        "return event?.status !== 'CANCELLED' && !isOlderThanWrites(event, entries);",
        "return event?.status === 'CANCELLED' && !isOlderThanWrites(event, entries);",
      ),
    ],
    seed: 50022,
  },
  {
    name: 'nobody looks at the status any more once it is Storno',
    edits: [edit('activities/reading.ts', 'if (wasStorno) {', 'if (wasStorno && entries.length > 999) {')],
    seed: 50045,
  },
  {
    name: 'another status after the Storno is tried again in silence',
    edits: [
      edit(
        'activities/activity.ts',
        "if (kind === 'watched') return situation !== told;",
        "if (kind === 'watched') return false;",
      ),
    ],
    seed: 50045,
  },
  {
    name: 'the end goes by what was seen before a question was open',
    edits: [
      edit(
        'workflows/cancel-performance.ts',
        '(run.isLookDue && (await lookAtEnd(run)))',
        '(run.isLookDue && null)',
      ),
    ],
    seed: 50034,
  },
  {
    name: 'the end does not care what its look has shown',
    edits: [
      edit(
        'workflows/cancel-performance.ts',
        'if (isCancellation(error) || run.isStornoLost || wasNotNoted(error)) throw error;',
        'if (isCancellation(error)) throw error;',
      ),
      edit(
        'activities/close-case.ts',
        "if (input.end === 'completed') requireNotLost(known.entries);",
        "if (input.end === 'aborted') requireNotLost(known.entries);",
      ),
    ],
    seed: 50054,
  },
  {
    name: 'a changed status is forgotten when the next look at the end fails otherwise',
    edits: [
      edit(
        'workflows/cancel-performance.ts',
        'if (isCancellation(error) || run.isStornoLost || wasNotNoted(error)) throw error;',
        "if (isCancellation(error) || failureCodeOf(error) === 'status-changed-after-storno') throw error;",
      ),
      edit(
        'activities/close-case.ts',
        "if (input.end === 'completed') requireNotLost(known.entries);",
        "if (input.end === 'aborted') requireNotLost(known.entries);",
      ),
    ],
    seed: 57,
  },
  {
    name: 'a mail that is sent again goes by an old look',
    edits: [
      edit(
        'activities/partner-notice.ts',
        'if (lookedAtMs === undefined) return false;',
        'if (lookedAtMs !== 0) return false;',
      ),
    ],
    seed: 50000,
  },
  {
    name: 'the mail names the hall of the order',
    edits: [
      edit(
        'activities/partner-notice.ts',
        '...performanceOf(opening, lastShown(entries)),',
        '...performanceOf(opening, null),',
      ),
    ],
    seed: 50195,
  },
  {
    name: 'the mail says that the memo has the reason because we had saved it',
    edits: [
      edit(
        'activities/partner-notice.ts',
        'isReasonInMemo: externalMemo !== undefined && hasReason(externalMemo, order.reason),',
        'isReasonInMemo: lastMarking(entries) !== null,',
      ),
    ],
    seed: 50195,
  },
  {
    name: 'an attempt that slept adds what it saw before the status was changed',
    edits: [
      edit(
        'activities/still-storno.ts',
        'if (noted.outcome === line.outcome) return noted;',
        'if (noted.effectKey === line.effectKey) return noted;',
      ),
    ],
    seed: 5008966,
  },
  {
    name: 'a resumed run that finds the proof tells what the event was like then',
    edits: [
      edit(
        'activities/channel.ts',
        "await noteStorno(journal, input, 'verify-channel', event, entries));\n    const storno",
        'headOf(verified));\n    const storno',
      ),
    ],
    seed: 20045792,
  },
  {
    name: 'a proof rests on a look that another one has followed',
    edits: [
      edit(
        'activities/channel.ts',
        'await journal.appendAfterLook(ref, proof, look)',
        'await journal.append(ref, proof)',
      ),
    ],
    seed: 110676,
  },
  {
    name: 'a Storno that was set back is taken for the first one',
    edits: [
      edit(
        'domain/storno-lines.ts',
        'return back ? entries.slice(entries.indexOf(back) + 1) : entries;',
        'return back ? entries : entries;',
      ),
    ],
    seed: 50170,
  },
  {
    name: 'a wait is put off for ever, and nobody is told',
    edits: [
      edit(
        'activities/storno.ts',
        'if (toldBy === undefined || endsAtMs <= toMs(toldBy)) return;',
        'if (toldBy === undefined || endsAtMs > 0) return;',
      ),
    ],
    seed: 50195,
  },
  {
    name: 'an attempt that slept begins a right after the end of its case',
    edits: [
      edit('activities/right.ts', 'if (endOf(known.entries))', 'if (endOf([]))'),
      edit('activities/right.ts', 'journal.appendUnlessEnded(ref, intent', 'journal.append(ref, intent'),
    ],
    seed: 72001334,
  },
  {
    name: 'a step confirmed by hand is written down after the end of its case',
    edits: [
      edit(
        'activities/by-hand.ts',
        'await journal.appendUnlessEnded(ref, confirmedStorno(',
        'await journal.append(ref, confirmedStorno(',
      ),
      edit(
        'activities/by-hand.ts',
        ': await journal.appendUnlessEnded(ref, line);',
        ': await journal.append(ref, line);',
      ),
    ],
    seed: 90070192,
  },
  {
    name: 'the end does not wait for a look that could not be noted',
    edits: [
      edit('workflows/cancel-performance.ts', ' || wasNotNoted(error)) throw error;', ') throw error;'),
    ],
    seed: 90075016,
  },
  {
    name: 'a case is completed though an attempt that died has noted another status',
    edits: [
      edit(
        'activities/close-case.ts',
        "if (input.end === 'completed') requireNotLost(known.entries);",
        "if (input.end === 'aborted') requireNotLost(known.entries);",
      ),
    ],
    seed: 90110389,
  },
];
