import { edit, LINES_BEFORE_EVENT, type Mutant } from './mutant';

/** Faults in setting Storno: after the waits, on what this attempt read, by the holder of the claim, and once. */
export const STORNO_MUTANTS: readonly Mutant[] = [
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
        "  if (event.status !== 'ON_SALE') return stopAtStatus(event);\n\n  const { policy, order }",
        '  const { policy, order }',
      ),
    ],
    seed: 50155,
  },
  {
    name: 'a replayed skip of a wait is honoured for another save',
    edits: [edit('domain/lines.ts', 'toMs(after.savedAt) === toMs(savedAt)', 'toMs(savedAt) > 0')],
    seed: 50196,
  },
  {
    name: 'a wait is as short as coarse times make it look',
    edits: [edit('domain/saves.ts', 'if (unit === 1) return savedAt;', 'if (unit >= 1) return savedAt;')],
    seed: 50020,
  },
  {
    name: 'the second wait is as short as coarse times make it look',
    edits: [edit('activities/storno.ts', 'latestSave({ savedAt, readAt: event.readAt }, seenAt)', 'savedAt')],
    seed: 50020,
  },
  {
    name: 'a wait is left out',
    edits: [
      edit(
        'workflows/cancellation-run.ts',
        `if (remainingMs > 0) await this.turns.sleep(remainingMs, SUMMARIES.wait(endsAt));`,
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
        `const decision = decideStorno(event, opening, isWaitSkipped, savedBy);`,
        `const decision = decideStorno({ ...event, savedAt: entries[0]!.at }, opening, isWaitSkipped);`,
      ),
    ],
    seed: 50125,
  },
  {
    name: 'Storno on what was read at an earlier attempt',
    edits: [
      edit(
        'activities/storno.ts',
        "const { event, entries } = await readEventThenLines({ jet, journal }, input, 'set-storno');",
        `const { event: now, entries } = await readEventThenLines({ jet, journal }, input, 'set-storno');
    const event = ((globalThis as never)['seen'] ??= now) as JetEvent;`,
      ),
    ],
    seed: 50019,
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
    edits: [
      LINES_BEFORE_EVENT,
      edit(
        'activities/storno.ts',
        "await journal.claimFound(ref, 'storno', adoption, lastHead(entries))",
        "await journal.claim(ref, 'storno', adoption)",
      ),
    ],
    seed: 50487,
  },
  {
    name: 'a Storno that was found is noted without its claim',
    edits: [
      edit(
        'activities/storno.ts',
        "await journal.claimFound(ref, 'storno', adoption, lastHead(entries))",
        "(await journal.appendUnlessOver(ref, adoption)) ? 'storno' : ('abort' as string)",
      ),
    ],
    seed: 50005,
  },
  {
    name: 'the point of no return is kept in memory only',
    edits: [
      edit(
        'activities/storno.ts',
        `const winner = await journal.claim(ref, 'storno', { ...line, kind: 'intent', effectKey }, attempt);`,
        `const winner = (await journal.append(ref, { ...line, kind: 'intent', effectKey })) && ('storno' as string);`,
      ),
    ],
    seed: 50002,
  },
  {
    name: 'the intent is written after the effect',
    edits: [
      edit(
        'activities/storno.ts',
        `const winner = await journal.claim(ref, 'storno', { ...line, kind: 'intent', effectKey }, attempt);
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
    name: 'an attempt that slept notes the Storno that it had found before ours',
    edits: [
      edit(
        'activities/storno.ts',
        "await journal.claimFound(ref, 'storno', adoption, lastHead(entries))",
        "await journal.claim(ref, 'storno', adoption)",
      ),
    ],
    seed: 71001815,
  },
];
