import type { JournalHead } from '../domain/types';
import { asActivity, type ActivityDependencies, type StepInput } from './activity';
import { readEventThenLines, readOpenCase } from './reading';
import { noteStorno, stillToWaitAgain, type StornoAgain } from './still-storno';

export interface LookResult {
  head: JournalHead;
}

/** Part of step 4: the mail to Ö-Ticket goes by a fresh look at the event. */
export function createLookActivities({ jet, journal }: ActivityDependencies) {
  /** Reads the event once more, right before Ö-Ticket is told, if the last look was made too long ago. */
  const lookAtEvent = asActivity(async (input: StepInput): Promise<LookResult | StornoAgain> => {
    const { opening } = await readOpenCase(journal, input);
    const { event, entries } = await readEventThenLines({ jet, journal }, input, 'notify-partner');
    const again = stillToWaitAgain(entries, event.readAt, opening.input.policy.syncIntervalMs);
    if (again) return again;
    return { head: await noteStorno(journal, input, 'notify-partner', event, entries) };
  });

  return { lookAtEvent };
}
