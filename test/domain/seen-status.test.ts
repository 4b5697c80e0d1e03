import { otherStatusSeen } from '../../src/domain/seen-status';
import type { JournalEntry } from '../../src/domain/journal';
import type { Choice } from '../../src/domain/vocabulary';

let seq = 0;

const decided = (outcome: Choice, reason = 'Selbst gesehen.') =>
  ({
    seq: (seq += 1),
    at: '2026-12-12T18:02:00.000+01:00',
    actor: 'Maria Huber',
    operation: 'decide',
    kind: 'decision',
    outcome,
    after: { reason, attentionId: 'a1' },
  }) as unknown as JournalEntry;

it.each<[string, JournalEntry[], string | null]>([
  ['nothing was said', [], null],
  ['something else was decided', [decided('mark-again')], null],
  [
    'Bereitstellung was seen',
    [decided('shows-provisioned')],
    'In Jet steht der Status „Bereitstellung“ (gesehen von Maria Huber um 18.02 Uhr).',
  ],
  [
    'another decision came after it',
    [decided('shows-closed'), decided('mark-again')],
    'In Jet steht der Status „Abschluss“ (gesehen von Maria Huber um 18.02 Uhr).',
  ],
  [
    'it was said in words',
    [decided('shows-other-status', 'Gesperrt')],
    'In Jet steht ein anderer Status (gesehen von Maria Huber um 18.02 Uhr: „Gesperrt“).',
  ],
  ['it is right again', [decided('shows-closed'), decided('shows-expected-status')], null],
  [
    'it is wrong once more',
    [decided('shows-closed'), decided('shows-expected-status'), decided('shows-provisioned')],
    'In Jet steht der Status „Bereitstellung“ (gesehen von Maria Huber um 18.02 Uhr).',
  ],
])('when %s', (_when, entries, expected) => {
  expect(otherStatusSeen(entries)).toBe(expected);
});
