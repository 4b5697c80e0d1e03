import { edit, type Mutant } from './mutant';

/** A fault of a part that the simulation replaces by a model, and the test of that part that must notice. */
export interface RoomMutant extends Pick<Mutant, 'name' | 'edits'> {
  test: { file: string; name: string };
}

/**
 * Faults of the adapters, and of the door to the steps. The simulation has models in their place, or is a rehearsal, so a test of
 * that part must notice.
 */
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
  {
    name: 'every run may take the steps of a case',
    edits: [
      edit(
        'trust/trust.ts',
        'if (!isProduction || trusted.has(name)) return true;',
        "if (!isProduction || name !== '') return true;",
      ),
    ],
    test: { file: 'test/trust/trust.test.ts', name: 'is not done in another one' },
  },
  {
    name: 'a run that may act for one case may act for every case',
    edits: [
      edit('trust/trust.ts', 'const name = `${run.runId} ${caseId}`;', 'const name = run.runId;'),
      edit(
        'trust/trust.ts',
        'return input !== null && idOf(input) === caseId && (',
        'return input !== null && (',
      ),
    ],
    test: { file: 'test/trust/trust.test.ts', name: 'before the check has named its run' },
  },
];
