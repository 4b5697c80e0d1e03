import type { Attention } from '../domain/case';
import type { RecipientOutcome } from '../domain/line-content';
import type { Instant } from '../domain/types';
import type { StepName } from '../domain/vocabulary';
import type { StepInput } from './activity';

/** One mail to the house about one situation. */
export interface Alert extends StepInput {
  kind: 'attention' | 'all-clear';
  step: StepName;
  /** The id names the situation: each situation gets one mail of each kind. */
  attention: Pick<Attention, 'id' | 'text' | 'actions'>;
  /** The performance as it was ordered, title without the marker: for a case of which no line says it. */
  event: { title: string; startsAt: Instant; venue: string };
  /** The series that the case belongs to, and what is wrong: attentions of the same kind are gathered there. */
  series?: { id: string; code: string };
}

export interface AlertResult {
  outcome: RecipientOutcome['outcome'];
}
