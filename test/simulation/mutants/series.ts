import { edit, type Mutant } from './mutant';

/** Faults in a series: what begins, what is told of in which mail, and when it is over. */
export const SERIES_MUTANTS: readonly Mutant[] = (
  [
    {
      name: 'a mail of a series counts for each performance that was claimed for its number',
      edits: [
        edit(
          'domain/series-lines.ts',
          "if (begun && !begun.after.items.includes(caseId)) return { kind: 'free', at: begun.at };",
          '',
        ),
      ],
      seed: 295,
    },
    {
      name: 'what was aborted before its check keeps its series waiting',
      edits: [
        edit(
          'domain/case-marks.ts',
          "rows.find(({ kind }) => kind === 'opening' || kind === 'refusal') ??\n    rows.find(({ kind }) => kind === 'end');",
          "rows.find(({ kind }) => kind === 'opening' || kind === 'refusal');",
        ),
      ],
      seed: 440,
    },
    {
      name: 'two attempts may send the mail of a series at once',
      edits: [
        edit(
          'activities/series-notice.ts',
          'const intent = await series.appendNewToSeries(seriesId, sending',
          'const intent = await series.appendToSeries(seriesId, sending',
        ),
      ],
      seed: 302,
    },
    {
      name: 'a mail of a series that was begun and has no outcome counts as not sent',
      edits: [
        edit(
          'domain/series-lines.ts',
          "if (!outcome) return { kind: linesWith(lines, 'send-series-notice').some(isIts) ? 'sending' : 'none' };",
          "if (!outcome) {\n    const begun = linesWith(lines, 'send-series-notice').find(isIts);\n    return begun ? { kind: 'free', at: begun.at } : { kind: 'none' };\n  }",
        ),
      ],
      seed: 15,
    },
    {
      name: 'a mail of a series in doubt is sent again',
      edits: [
        edit(
          'domain/series-lines.ts',
          'return { kind: outcome.outcome, at: outcome.at };',
          "return { kind: 'free', at: outcome.at };",
        ),
      ],
      seed: 95,
    },
    {
      name: 'a performance gives up a mail of its series that is being sent',
      edits: [
        edit(
          'activities/series-notice.ts',
          "return line.operation === 'release-series-notice';",
          'return line !== null;',
        ),
        edit(
          'activities/series-notice.ts',
          "const isGivenUp = standing.kind === 'none' &&",
          'const isGivenUp =',
        ),
      ],
      seed: 10,
    },
    {
      name: 'a performance that tells of itself is told of by its series, too',
      edits: [
        edit('activities/series-notice.ts', "if (newest?.after.by === 'item') return null;", ''),
        edit(
          'activities/series-notice.ts',
          "if (newest && !isIts && itemStanding(lines, ref, newest.after.number).kind !== 'free') return null;",
          '',
        ),
        edit(
          'activities/series-due.ts',
          "if (readyAt === null || teller?.by === 'item') return false;",
          'if (readyAt === null) return false;',
        ),
        edit(
          'activities/series-due.ts',
          'if (teller === null) return true;',
          "if (teller?.by !== 'series') return true;",
        ),
      ],
      seed: 58,
    },
    {
      name: 'a mail of a series tells by an old look',
      edits: [
        edit(
          'activities/series-notice.ts',
          "if (house.backend === 'gateway' && isLookTooOld(policy, lookedAtMs, sinceBeginMs()))",
          "if (house.backend !== 'gateway' && isLookTooOld(policy, lookedAtMs, sinceBeginMs()))",
        ),
      ],
      seed: 3,
    },
    {
      name: 'how old the looks of a series are is told by a clock that can be set',
      edits: [
        edit(
          'activities/series-notice.ts',
          'const leftMs = holdsMs - (currentAttemptScheduledTimestampMs - lookedAtMs);',
          'const leftMs = holdsMs - (currentAttemptScheduledTimestampMs - lookedAtMs) * 0;',
        ),
        edit('activities/series-notice.ts', 'return attempt > 1 || leftMs', 'return leftMs'),
      ],
      seed: 1295,
    },
    {
      name: 'a sender of a series that slept before it connects sends its mail all the same',
      edits: [
        edit(
          'activities/series-notice.ts',
          'const isLate = elapsedMs() > CONNECT_WITHIN_MS;',
          'const isLate = elapsedMs() < 0;',
        ),
      ],
      seed: 35,
    },
    {
      name: 'a performance that was skipped begins',
      edits: [edit('domain/series-lines.ts', "if (skipped.has(caseId)) return 'skipped-in-series';", '')],
      seed: 55,
    },
    {
      name: 'a performance begins after its series was aborted',
      edits: [
        edit(
          'domain/series-lines.ts',
          "if (abort || end) return 'series-aborted';",
          "if (end) return 'series-aborted';",
        ),
      ],
      seed: 18,
    },
    {
      name: 'a performance begins while its series is paused',
      edits: [
        edit(
          'domain/series-lines.ts',
          "if (isPaused || plan === null) return 'wait';",
          "if (plan === null) return 'wait';",
        ),
      ],
      seed: 48,
    },
    {
      name: 'a series begins on another plan than the one that was looked at',
      edits: [
        edit('activities/series.ts', 'wanted === undefined || wanted === planHash;', 'wanted !== planHash;'),
      ],
      seed: 33,
    },
    {
      name: 'a performance begins before anybody in its house has approved it',
      edits: [
        edit(
          'domain/series-approval.ts',
          "case 'to-ask':\n    case 'asked':\n      return 'not-approved';",
          "case 'to-ask':\n    case 'asked':\n      return null;",
        ),
      ],
      seed: 2,
    },
    {
      name: 'whoever ordered a series may approve it',
      edits: [
        edit(
          'domain/series-approval.ts',
          'return orderers.every((orderer) => isSomebodyElse(by, orderer));',
          'return orderers.length > 0 || isSomebodyElse(by, orderers[0]!);',
        ),
      ],
      seed: 27,
    },
    {
      name: 'a copy of a mail of a series goes to whoever has got all of it',
      edits: [
        edit(
          'activities/series-notice.ts',
          'return caseIds.every((caseId) => reached.some(({ after }) => after.items.includes(caseId)));',
          'return caseIds.length < 0 && reached.length > 0;',
        ),
      ],
      seed: 50490,
    },
    {
      name: 'a series ends while a performance of it is open',
      edits: [
        edit(
          'domain/series-actions.ts',
          "return itemsIn(state, marks, 'waiting', 'running').length === 0;",
          "return itemsIn(state, marks, 'waiting').length === 0;",
        ),
      ],
      seed: 1,
    },
    {
      name: 'the cases of a series end with it',
      edits: [
        edit(
          'workflows/cancel-series.ts',
          'parentClosePolicy: ParentClosePolicy.ABANDON,',
          'parentClosePolicy: ParentClosePolicy.TERMINATE,',
        ),
      ],
      seed: 2,
    },
    {
      name: 'a house is told of its series as often as somebody tries',
      edits: [
        edit(
          'activities/series-house.ts',
          'if (!house || isHouseTold(known.lines, told.house, told.occasion)) return true;',
          'if (!house) return true;',
        ),
      ],
      seed: 1,
    },
    {
      name: 'a series that was reset takes its own case for that of a stranger',
      edits: [
        edit(
          'activities/series.ts',
          "if (marks.has(ref.caseId) || (await holderOf(ref)) === 'own') return { isBegun: true };",
          'if (marks.has(ref.caseId)) return { isBegun: true };',
        ),
      ],
      seed: 16,
    },
    {
      name: 'a series waits for a case whose run was ended before it had a line',
      edits: [
        edit(
          'activities/series.ts',
          "marks.has(item.caseId) ? null : refusalOf(item.caseId, refusal('run-ended')),",
          'null,',
        ),
      ],
      seed: 36,
    },
    {
      name: 'a performance whose run is open is refused as one whose run was ended',
      edits: [
        edit(
          'activities/series.ts',
          "if ((await holderOf(item)) !== 'none') continue;",
          "if ((await holderOf(item)) === 'other') continue;",
        ),
      ],
      seed: 16,
    },
    {
      name: 'a performance that has begun is refused by an attempt that stood still',
      edits: [
        edit(
          'activities/series.ts',
          'begun.has(ref.caseId) ? null : refusalOf(ref.caseId, reason),',
          'begun.size < 0 ? null : refusalOf(ref.caseId, reason),',
        ),
      ],
      seed: 102_204,
    },
    {
      name: 'a series ends beside somebody who has its failed ones tried again',
      edits: [
        edit(
          'activities/series.ts',
          'if (state.end || !isSeriesOver(state, marks)) return null;',
          'if (state.end) return null;',
        ),
      ],
      seed: 519,
    },
    {
      name: 'a case whose run was lost takes a place among those at work for ever',
      edits: [
        edit(
          'activities/series-due.ts',
          "if (!mark) return begun.has(caseId) && itemStateOf(state, marks, caseId) === 'waiting';",
          'if (!mark) return begun.has(caseId);',
        ),
      ],
      seed: 36,
    },
    {
      name: 'writes off: a mail of a series goes out all the same',
      edits: [
        edit(
          'activities/series-notice.ts',
          'appendNewToSeries(seriesId, sending, attempt)',
          'appendNewToSeries(seriesId, sending)',
        ),
      ],
      seed: 24,
    },
    {
      name: 'writes off: a performance is claimed for its own mail all the same',
      edits: [
        edit(
          'activities/series-notice.ts',
          "claimLine(claims.length, { by: 'item' }), attempt)",
          "claimLine(claims.length, { by: 'item' }))",
        ),
      ],
      seed: 24,
    },
    {
      name: 'writes off: the mails to two houses have one name',
      edits: [edit('activities/writes.ts', 'writes-off.${ref.house}.', 'writes-off.')],
      seed: 649,
    },
  ] as const
).map((mutant) => ({ ...mutant, world: 'series' }));
