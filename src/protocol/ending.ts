import { endingOf, endingSummary } from '../domain/ending';
import { endLine, type CaseLines } from '../domain/lines';
import { isStornoTried } from '../domain/storno-lines';
import type { ProtocolOutcome } from './document';
import { HEADLINES } from './wording';

/** How the case ended, in a headline and a sentence. */
export function outcomeOf(lines: CaseLines): ProtocolOutcome {
  const state = endingOf(lines);
  const end = endLine(lines.entries) ?? (lines.refusal ? lines.first : null);
  return {
    state,
    headline: HEADLINES[state],
    summary: endingSummary(lines),
    endedAt: end?.at ?? null,
    pointOfNoReturnPassed: lines.entries.some(isStornoTried),
  };
}
