import type { JournalHead } from '../domain/types';
import type { TellingStep } from '../domain/vocabulary';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import { knownStorno } from '../domain/storno-lines';
import { readEventThenLines, readOpenCase, requireWritten } from './reading';
import { noteStorno, stillToWaitAgain, type StornoAgain } from './still-storno';

export interface LookResult {
  isStornoSeen: true;
  head: JournalHead;
}

export interface LookInput extends StepInput {
  /** What is told next; the mail to Ö-Ticket, where nothing is said. */
  step?: TellingStep;
}

/** Part of step 4, and of the end: both go by a fresh look at the event. */
export function createLookActivities({ jet, journal, trust }: ActivityDependencies) {
  /** Reads the event once more, right before anybody is told, if the last look was made too long ago. */
  const lookAtEvent = asStep(trust, async (input: LookInput): Promise<LookResult | StornoAgain> => {
    const { step = 'notify-partner' } = input;
    const { opening } = await readOpenCase(journal, input);
    const { event, entries } = await readEventThenLines({ jet, journal }, input, step);
    const again = stillToWaitAgain(entries, event.readAt, opening.input.policy.syncIntervalMs);
    if (again) return again;
    requireWritten(knownStorno(entries), 'the Storno');
    const head = await noteStorno(journal, input, step, event, entries);
    return { isStornoSeen: true, head };
  });

  return { lookAtEvent };
}
