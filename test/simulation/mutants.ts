/** A fault of one line: what stands in a file of src, and what stands there instead. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
  /** A schedule that has found it; another is searched for when it does not any more. */
  seed: number;
}

/** Each takes away something that keeps a case safe. A simulation that does not notice has lost its teeth. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'Storno before a whole interval has passed since the last save',
    file: 'domain/decisions.ts',
    find: "return remainingMs === 0 || isSkipped\n    ? { kind: 'write' }",
    replace: "return remainingMs >= 0 || isSkipped\n    ? { kind: 'write' }",
    seed: 60009,
  },
  {
    name: 'Storno though the marker was taken off',
    file: 'domain/decisions.ts',
    find: "if (missing.length > 0) {\n    return stop('marker-removed', `taken off",
    replace: "if (missing.length > 9) {\n    return stop('marker-removed', `taken off",
    seed: 60019,
  },
  {
    name: 'Storno from any status',
    file: 'domain/decisions.ts',
    find: "  if (event.status !== 'ON_SALE') return stop('status-not-cancellable', `status is ${event.statusText}`);\n\n  const { policy, order }",
    replace: '  const { policy, order }',
    seed: 60009,
  },
  {
    name: 'a replayed skip of a wait is honoured for another save',
    file: 'domain/decisions.ts',
    find: 'toMs(savedAt) === toMs(event.savedAt)',
    replace: 'toMs(savedAt) > 0',
    seed: 60035,
  },
  {
    name: 'an old row of Connect Online is accepted',
    file: 'domain/decisions.ts',
    find: 'toMs(row.transferredAt) >= toMs(known.stornoSavedAt)',
    replace: 'toMs(row.transferredAt) >= 0',
    seed: 60652,
  },
  {
    name: 'a restore without looking at what stands there',
    file: 'domain/decisions.ts',
    find: 'if (isOurs(field, after)) return before;',
    replace: 'if (isOurs(field, after) || true) return before;',
    seed: 60932,
  },
  {
    name: 'a restore that does not save what needs no change',
    file: 'activities/announcement.ts',
    find: 'if (isSavedSinceIntent && isSameAnnouncement',
    replace: 'if (isSameAnnouncement',
    seed: 60250,
  },
  {
    name: 'an attempt to mark that wakes up after the abort may write',
    file: 'activities/announcement.ts',
    find: ': await journal.appendUnlessAborted(',
    replace: ': await journal.append(',
    seed: 60028,
  },
  {
    name: 'who has lost the claim to an abort sets Storno all the same',
    file: 'activities/storno.ts',
    find: "if (winner === 'abort') return { kind: 'aborted', head: lastHead(entries) };\n\n    await jet",
    replace: 'await jet',
    seed: 60509,
  },
  {
    name: 'an abort after an attempt to set Storno',
    file: 'activities/ending.ts',
    find: 'return { winner };',
    replace: "return { winner: 'abort' };",
    seed: 60139,
  },
  {
    name: 'a right without an intent in the journal',
    file: 'activities/channel.ts',
    find: "await journal.append(ref, { ...line, kind: 'intent', effectKey, before, after: { user, ...period } });",
    replace: '',
    seed: 60000,
  },
  {
    name: 'a mail in doubt is sent again',
    file: 'activities/notice.ts',
    find: "if ([...states.values()].includes('in-doubt')) {",
    replace: 'if (states.size > 9) {',
    seed: 60307,
  },
  {
    name: 'a mail that was begun and has no outcome is taken as not sent',
    file: 'activities/notice.ts',
    find: 'if (unfinished) {',
    replace: 'if (unfinished && attempts.length > 9) {',
    seed: 60341,
  },
  {
    name: 'two attempts may send the mail at once',
    file: 'activities/notice.ts',
    find: 'const intent = await journal.appendNew(',
    replace: 'const intent = await journal.append(',
    seed: 62464,
  },
  {
    name: 'an attempt that slept before it connects sends its mail all the same',
    file: 'activities/notice.ts',
    find: 'Date.now() - begunAt > CONNECT_WITHIN_MS',
    replace: 'Date.now() < begunAt',
    seed: 100675,
  },
  {
    name: 'the house is told again at every attempt',
    file: 'activities/alert.ts',
    find: "if (attempts.length > 0 && last?.outcome !== 'not-sent') {",
    replace: "if (attempts.length > 9 && last?.outcome !== 'not-sent') {",
    seed: 60016,
  },
  {
    name: 'the mail before the right',
    file: 'workflows/cancel-performance.ts',
    find: 'const right = await grantRight(run);\n  const notice = await notifyPartner(run);',
    replace: 'const notice = await notifyPartner(run);\n  const right = await grantRight(run);',
    seed: 60000,
  },
  {
    name: 'a used-up patience hides what has failed',
    file: 'workflows/failure.ts',
    find: 'if (cause || !failure?.cause) return cause;',
    replace: 'if (failure) return cause;',
    seed: 60310,
  },
];
