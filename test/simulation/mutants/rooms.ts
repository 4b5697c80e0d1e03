import { edit, type Mutant } from './mutant';

/** A fault of a part that the simulation replaces by a model, and the test of that part that must notice. */
export interface RoomMutant extends Pick<Mutant, 'name' | 'edits'> {
  test: { file: string; name: string };
}

/** Faults of the adapters. The simulation has models in their place, so a test of the adapter must notice. */
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
