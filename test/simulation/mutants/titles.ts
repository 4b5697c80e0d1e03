import { edit, LINES_BEFORE_EVENT, type Mutant } from './mutant';

/** Faults in marking and restoring the titles, and in the treatment of a text that a colleague changed meanwhile. */
export const TITLES_MUTANTS: readonly Mutant[] = [
  {
    name: 'a title is marked twice',
    edits: [
      edit(
        'domain/marker.ts',
        `if (findMarker(title, style) !== null) return title;
  const addition`,
        `const addition`,
      ),
    ],
    seed: 50033,
  },
  {
    name: 'an unknown save is taken as not done',
    edits: [
      edit(
        'domain/lines.ts',
        "entry.operation === 'save-announcement' && (entry.kind === 'intent' || entry.outcome === 'by-hand'),",
        "entry.operation === 'save-announcement' && entry.kind === 'outcome' && entry.outcome !== 'differs',",
      ),
    ],
    seed: 50448,
  },
  {
    name: 'an attempt that was overtaken puts on again what a person has taken off',
    edits: [LINES_BEFORE_EVENT],
    seed: 50437,
  },
  {
    name: 'an attempt to mark that wakes up after the abort may write',
    edits: [edit('activities/titles.ts', ': await journal.appendUnlessOver(', ': await journal.append(')],
    seed: 50426,
  },
  {
    name: 'a restore without looking at what stands there',
    edits: [
      edit(
        'domain/decisions.ts',
        'if (isOurs(field, after)) return before;',
        'if (isOurs(field, after) || true) return before;',
      ),
    ],
    seed: 50190,
  },
  {
    name: 'a restore that does not save what needs no change',
    edits: [
      edit('activities/titles.ts', 'if (isSavedSinceIntent && isSameAnnouncement', 'if (isSameAnnouncement'),
    ],
    seed: 50448,
  },
  {
    name: 'a restore saves nothing though an attempt to mark may still hold this very version',
    edits: [
      edit(
        'activities/titles.ts',
        'versionBefore(intent) === event.version ||',
        "(intent.operation === 'restore-announcement' && versionBefore(intent) === event.version) ||",
      ),
    ],
    seed: 50462,
  },
  {
    name: 'an attempt that was overtaken restores once more what is restored',
    edits: [
      LINES_BEFORE_EVENT,
      edit(
        'activities/titles.ts',
        '? await journal.appendUnlessEnded(ref, {',
        '? await journal.append(ref, {',
      ),
    ],
    seed: 50512,
  },
  {
    name: 'an abort takes off a marker that had been there before',
    edits: [
      edit(
        'domain/decisions.ts',
        `return findMarker(before ?? '', policy.marker) === null ? stripped : current;`,
        `return stripped;`,
      ),
    ],
    seed: 50537,
  },
  {
    name: 'after a reset the originals are read from the marked event',
    edits: [
      edit(
        'activities/check.ts',
        `if (opening) {
        await noteResumption`,
        `if (opening && entries.length > 999) {
        await noteResumption`,
      ),
      edit(
        'activities/check.ts',
        `effectKey: effectKeys.firstLine,
          after,`,
        `effectKey: \`\${effectKeys.firstLine}/\${Date.now()}\`,
          after,`,
      ),
      edit(
        'domain/lines.ts',
        `return entries.find((entry) => entry.kind === 'opening') ?? null;`,
        `return entries.findLast((entry) => entry.kind === 'opening') ?? null;`,
      ),
    ],
    seed: 50562,
  },
  {
    name: 'in a guided house nobody is asked to restore the titles',
    edits: [
      edit(
        'activities/by-hand.ts',
        "if (name === 'restore-titles') return isStillToRestore(entries) ? null : { head };",
        "if (name === 'restore-titles') return { head };",
      ),
    ],
    seed: 50014,
  },
  {
    name: 'a read from before an intent passes for its save',
    edits: [
      edit(
        'activities/titles.ts',
        'versionBefore(intent) === event.version || wasReadLater(intent, event)',
        'versionBefore(intent) === event.version',
      ),
    ],
    seed: 72001073,
  },
  {
    name: 'what a colleague has made of a text that Jet did not store as written counts as ours',
    edits: [
      edit(
        'activities/titles.ts',
        'readBack.version !== acknowledged.version || isSameAnnouncement',
        'isSameAnnouncement',
      ),
    ],
    seed: 40014242,
  },
];
