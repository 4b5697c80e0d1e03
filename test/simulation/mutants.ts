/** A fault of a part that the simulation replaces by a model, and the test of that part that notices. */
export interface RoomMutant extends Pick<Mutant, 'name' | 'edits'> {
  test: { file: string; name: string };
}

/** A fault of one line (or what it takes to make one): what stands in files of src, and what stands there instead. */
export interface Mutant {
  name: string;
  edits: readonly Edit[];
  /** A schedule that has found it; another is searched for when it does not any more. */
  seed: number;
}

export interface Edit {
  file: string;
  find: string;
  replace: string;
}

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

const LINES_BEFORE_EVENT = edit(
  'activities/titles.ts',
  'const event = await requireEvent(jet, ref);\n  const entries = await journal.entries(ref.caseId);',
  'const entries = await journal.entries(ref.caseId);\n  const event = await requireEvent(jet, ref);',
);

/** Each takes away something that keeps a case safe. A simulation that does not notice has lost its teeth. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'Storno before a whole interval has passed since the last save',
    edits: [
      edit(
        'domain/decisions.ts',
        "return remainingMs === 0 || isSkipped\n    ? { kind: 'write' }",
        "return remainingMs >= 0 || isSkipped\n    ? { kind: 'write' }",
      ),
    ],
    seed: 50125,
  },
  {
    name: 'Storno though the marker was taken off',
    edits: [
      edit(
        'domain/decisions.ts',
        "if (missing.length > 0) {\n    return stop('marker-removed', `taken off",
        "if (missing.length > 9) {\n    return stop('marker-removed', `taken off",
      ),
    ],
    seed: 50088,
  },
  {
    name: 'Storno from any status',
    edits: [
      edit(
        'domain/decisions.ts',
        "  if (event.status !== 'ON_SALE') return stop('status-not-cancellable', `status is ${event.statusText}`);\n\n  const { policy, order }",
        '  const { policy, order }',
      ),
    ],
    seed: 50155,
  },
  {
    name: 'a replayed skip of a wait is honoured for another save',
    edits: [edit('domain/decisions.ts', 'toMs(savedAt) === toMs(event.savedAt)', 'toMs(savedAt) > 0')],
    seed: 50196,
  },
  {
    name: 'an old row of Connect Online is accepted',
    edits: [
      edit(
        'domain/decisions.ts',
        'toMs(row.transferredAt) >= toMs(known.stornoSavedAt)',
        'toMs(row.transferredAt) >= 0',
      ),
    ],
    seed: 50238,
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
    name: 'an attempt to mark that wakes up after the abort may write',
    edits: [edit('activities/titles.ts', ': await journal.appendUnlessAborted(', ': await journal.append(')],
    seed: 50426,
  },
  {
    name: 'who has lost the claim to an abort sets Storno all the same',
    edits: [
      edit(
        'activities/storno.ts',
        "if (winner === 'abort') return { kind: 'aborted', head: lastHead(entries) };\n\n    await jet",
        'await jet',
      ),
    ],
    seed: 50213,
  },
  {
    name: 'a Storno of our own late attempt is taken for that of somebody else',
    edits: [LINES_BEFORE_EVENT],
    seed: 50487,
  },
  {
    name: 'an attempt that was overtaken puts on again what a person has taken off',
    edits: [LINES_BEFORE_EVENT],
    seed: 50437,
  },
  {
    name: 'an attempt that was overtaken restores once more what is restored',
    edits: [LINES_BEFORE_EVENT],
    seed: 50512,
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
    seed: 20425,
  },
  {
    name: 'a restore saves nothing though an attempt to mark may still hold this very version',
    edits: [
      edit(
        'activities/titles.ts',
        '!intents.some((intent) => versionOf(intent) === event.version)',
        "!intents.some((intent) => intent.operation === 'restore-announcement' && versionOf(intent) === event.version)",
      ),
    ],
    seed: 50462,
  },
  {
    name: 'what a failed attempt has written down last is not remembered',
    edits: [
      edit(
        'workflows/cancellation-run.ts',
        '    this.see(head);\n    await this.learnClaim',
        '    await this.learnClaim',
      ),
    ],
    seed: 50312,
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
  {
    name: 'an abort after an attempt to set Storno',
    edits: [edit('activities/ending.ts', 'return { winner, opened', "return { winner: 'abort', opened")],
    seed: 50427,
  },
  {
    name: 'an abort before the check of a run that was begun anew knows nothing of the case',
    edits: [edit('workflows/cancellation-run.ts', 'if (opened && !this.opened) this.learn(opened);', '')],
    seed: 11066,
  },
  {
    name: 'a right without an intent in the journal',
    edits: [
      edit(
        'activities/channel.ts',
        "await journal.append(ref, { ...line, kind: 'intent', effectKey, before, after: { user, ...period } });",
        '',
      ),
    ],
    seed: 50002,
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
      edit('activities/partner-notice.ts', 'if (unfinished) {', 'if (unfinished && attempts.length > 9) {'),
    ],
    seed: 50264,
  },
  {
    name: 'two attempts may send the mail at once',
    edits: [
      edit(
        'activities/partner-notice.ts',
        'const intent = await journal.appendNew(',
        'const intent = await journal.append(',
      ),
    ],
    seed: 50412,
  },
  {
    name: 'an attempt that slept before it connects sends its mail all the same',
    edits: [edit('activities/partner-notice.ts', 'elapsedMs() > CONNECT_WITHIN_MS', 'elapsedMs() < 0')],
    seed: 50937,
  },
  {
    name: 'the house is told again at every attempt',
    edits: [
      edit(
        'activities/house-alert.ts',
        "if (attempts.length > 0 && last?.outcome !== 'not-sent') {",
        "if (attempts.length > 9 && last?.outcome !== 'not-sent') {",
      ),
    ],
    seed: 50064,
  },
  {
    name: 'the mail before the right',
    edits: [
      edit(
        'workflows/cancel-performance.ts',
        'const right = await grantRight(run);\n  const notice = await notifyPartner(run);',
        'const notice = await notifyPartner(run);\n  const right = await grantRight(run);',
      ),
    ],
    seed: 50001,
  },
  {
    name: 'a used-up patience hides what has failed',
    edits: [
      edit(
        'workflows/failure.ts',
        'if (cause || !failure?.cause) return cause;',
        'if (failure) return cause;',
      ),
    ],
    seed: 50026,
  },
  {
    name: 'a wait is left out',
    edits: [
      edit(
        'workflows/cancellation-run.ts',
        `if (remainingMs > 0) await this.sleepUnlessSkipped(remainingMs, SUMMARIES.wait(endsAt));`,
        ``,
      ),
    ],
    seed: 50002,
  },
  {
    name: 'the wait counts from when the case was begun, not from the last save',
    edits: [
      edit(
        'activities/storno.ts',
        `const decision = decideStorno(event, opening, skippedSaves(entries));`,
        `const decision = decideStorno({ ...event, savedAt: entries[0]!.at }, opening, skippedSaves(entries));`,
      ),
    ],
    seed: 50125,
  },
  {
    name: 'Storno on what was read at an earlier attempt',
    edits: [
      edit(
        'activities/storno.ts',
        'const { event, entries } = await readEventThenLines(jet, journal, ref);',
        `const { event: now, entries } = await readEventThenLines(jet, journal, ref);
    const event = ((globalThis as never)['seen'] ??= now) as JetEvent;`,
      ),
    ],
    seed: 50008,
  },
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
        'activities/titles.ts',
        `operation === 'save-announcement' && (kind === 'intent' || outcome === 'by-hand'),`,
        `operation === 'save-announcement' && kind === 'outcome' && outcome !== 'differs',`,
      ),
    ],
    seed: 50448,
  },
  {
    name: 'a fresh Message-ID for each attempt',
    edits: [
      edit(
        'activities/partner-notice.ts',
        `collectFacts(house, opening, entries, ref.caseId)`,
        `collectFacts(house, opening, entries, \`\${ref.caseId}-\${attempts.length}\`)`,
      ),
    ],
    seed: 50001,
  },
  {
    name: 'a random workflow id',
    edits: [
      edit(
        'domain/input.ts',
        `return \`cancel-performance/\${house}/\${eventNumber}\`;`,
        `return \`cancel-performance/\${house}/\${eventNumber}/\${Math.random()}\`;`,
      ),
    ],
    seed: 50000,
  },
  {
    name: 'the point of no return is kept in memory only',
    edits: [
      edit(
        'activities/storno.ts',
        `const winner = await journal.claim(ref, 'storno', { ...line, kind: 'intent', effectKey });`,
        `const winner = (await journal.append(ref, { ...line, kind: 'intent', effectKey })) && ('storno' as string);`,
      ),
    ],
    seed: 50002,
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
        `effectKey: FIRST_LINE,
        after: written,`,
        `effectKey: \`\${FIRST_LINE}/\${Date.now()}\`,
        after: written,`,
      ),
      edit(
        'activities/activity.ts',
        `const opening = entries.find((entry) => entry.kind === 'opening')`,
        `const opening = entries.findLast((entry) => entry.kind === 'opening')`,
      ),
    ],
    seed: 50562,
  },
  {
    name: 'the intent is written after the effect',
    edits: [
      edit(
        'activities/storno.ts',
        `const winner = await journal.claim(ref, 'storno', { ...line, kind: 'intent', effectKey });
    if (winner === 'abort') return { kind: 'aborted', head: lastHead(entries) };
`,
        ``,
      ),
      edit(
        'activities/storno.ts',
        `const readBack = await requireEvent(jet, ref);
    if (readBack.version`,
        `await journal.claim(ref, 'storno', { ...line, kind: 'intent', effectKey });
    const readBack = await requireEvent(jet, ref);
    if (readBack.version`,
      ),
    ],
    seed: 50002,
  },
  {
    name: 'the head of the journal is not compared',
    edits: [edit('activities/activity.ts', `if (head) await journal.requireHead(ref.caseId, head);`, ``)],
    seed: 50837,
  },
  {
    name: 'a real gateway is accepted with a short interval',
    edits: [
      edit(
        'activities/storno.ts',
        `if (!isSimulator) throw new KnownFailure('interval-too-short', 'a short interval and a real gateway');`,
        ``,
      ),
    ],
    seed: 50587,
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
    name: 'a secret in a reason is handed on',
    edits: [
      edit(
        'activities/activity.ts',
        `message: failure.detail,`,
        `message: \`\${failure.detail}: \${String(failure.options.cause)}\`,`,
      ),
    ],
    seed: 50001,
  },
  {
    name: 'an abort is answered after a minute',
    edits: [
      edit(
        'workflows/cancellation-run.ts',
        '    this.isAbortUnderWay = true;\n    try {',
        '    this.isAbortUnderWay = true;\n    await CancellationScope.nonCancellable(() => condition(() => false, 60_000));\n    try {',
      ),
    ],
    seed: 50025,
  },
  {
    name: 'each step is written into the lists',
    edits: [
      edit(
        'workflows/progress.ts',
        'if (LISTED_STEPS.includes(step)) this.showInLists();',
        'this.showInLists();',
      ),
    ],
    seed: 50002,
  },
  {
    name: 'who has gone is not missed',
    edits: [
      edit(
        'activities/interrupted.ts',
        `return run.status.name === 'RUNNING' && runCaseId === caseId ? null : run.runId;`,
        `return runCaseId === caseId ? null : run.runId;`,
      ),
    ],
    seed: 50337,
  },
  {
    name: 'in a guided house nobody is asked to restore the titles',
    edits: [
      edit(
        'activities/by-hand.ts',
        'return isNeeded && !isRestored && !hasEnded ? null : { head };',
        'return { head };',
      ),
    ],
    seed: 50014,
  },
];

export const ROOM_MUTANTS: readonly RoomMutant[] = [
  {
    name: 'a fresh Message-ID for each text',
    edits: [
      edit(
        'mail/partner-notice-text.ts',
        'messageId: `<cancellation.${facts.eventNumber}.${facts.caseId}@',
        'messageId: `<cancellation.${facts.eventNumber}.${Math.random()}@',
      ),
    ],
    test: { file: 'test/mail/partner-notice-text.test.ts', name: 'writes the whole mail' },
  },
  {
    name: 'a mail that was lost after 354 is taken as not sent',
    edits: [
      edit(
        'mail/smtp-outcome.ts',
        'if (!conversation.isTextBegun) return outcomeBeforeText(error);',
        'if (error) return outcomeBeforeText(error);',
      ),
    ],
    test: { file: 'test/mail/smtp-mail.test.ts', name: '354' },
  },
  {
    name: 'the status is taken from what a caller gives',
    edits: [
      edit(
        'jet/http-jet.ts',
        'path: `${eventPath(eventNumber)}/storno`,',
        "path: eventPath(eventNumber), body: { status: 'Storno', ...precondition },",
      ),
    ],
    test: { file: 'test/jet/http-jet.test.ts', name: 'Storno has no body' },
  },
];
