import type { JournalEntry } from '../../../src/domain/journal';
import { ABSAGE } from '../../../src/domain/actor';
import { verifyProtocol } from '../../../src/protocol/verify';
import type { Production } from './production';
import type { Cast, RecordedCase } from './recording';

/** What must be true of a case once it has ended. */
export interface Expected {
  orderedBy: string;
  /** What people have asked since the recording, with their names, in order. */
  asked: string[];
  /** How often its titles were saved: once, and again where a person decided so. */
  markings?: number;
}

/**
 * Judges an ended case by its journal, Jet and the mail server: its lines of before are what they were, every line has the
 * name that it should, and everything was done once.
 */
export async function expectEndedOnce(
  production: Production,
  cast: Cast,
  recorded: RecordedCase,
  { orderedBy, asked, markings = 1 }: Expected,
): Promise<void> {
  const [played, before] = [cast.cases[recorded], cast.lines[recorded]];
  const lines = await production.lines(played);
  expect(lines.slice(0, before.length)).toEqual(before);
  const since = lines.slice(before.length);
  expect(since.filter(isDecision).map(({ operation, actor }) => `${operation}: ${actor}`)).toEqual(asked);
  // Nobody but Absage itself writes to the house.
  for (const line of since.filter((each) => !isDecision(each)))
    expect([line.operation, line.actor]).toEqual([
      line.operation,
      line.operation === 'alert-house' ? ABSAGE.actor : orderedBy,
    ]);

  expect((await production.writes(played)).map(({ operation }) => operation)).toEqual([
    ...Array<string>(markings).fill('save-announcement'),
    'set-storno',
    'grant-right',
  ]);
  const subjects = (await production.mails(played)).map(({ subject }) => subject);
  expect(subjects.filter((subject) => !subject.startsWith('Absage braucht Sie: '))).toEqual([
    expect.stringMatching(/^Absage: /),
    expect.stringMatching(/^Absage abgeschlossen: /),
  ]);
  const protocol = await production.protocol(played);
  // Its lines are whole; nobody had signed the first ones, and no row of the chain over the cases is its own.
  expect(await verifyProtocol(Buffer.from(protocol))).toMatchObject({ proof: 'unproven' });
}

function isDecision({ kind }: JournalEntry): boolean {
  return kind === 'decision';
}
