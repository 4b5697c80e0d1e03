import { failureRow, isFailureCode } from '../domain/failures';
import { STEP_LABELS } from '../domain/wording';
import type { JournalEntry } from '../domain/journal';
import type { ProtocolDecision } from './document';
import { isByPerson, isConfirmedClaim, textOf, type CaseLines } from '../domain/lines';
import { choiceAnswer, operationLabel } from './wording';

/** Everything that a person has decided or vouched for, with name, time and reason. */
export function decisionsOf({ entries }: CaseLines): ProtocolDecision[] {
  return entries.filter((entry) => isByPerson(entry) && !isConfirmedClaim(entries, entry)).map(toDecision);
}

function toDecision({ at, actor, step, operation, outcome, after, seq }: JournalEntry): ProtocolDecision {
  const code = textOf(after, 'code');
  const isChoice = operation === 'decide';
  return {
    at,
    actor,
    label:
      outcome === 'by-hand' ? `${operationLabel(operation)}: von Hand erledigt` : operationLabel(operation),
    step,
    stepLabel: STEP_LABELS[step],
    reason: textOf(after, 'reason'),
    question: code !== null && isFailureCode(code) ? failureRow(code).text : null,
    answer: isChoice && outcome !== null ? choiceAnswer(outcome) : null,
    line: seq,
  };
}
