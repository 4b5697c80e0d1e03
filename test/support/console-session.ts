import { randomBytes } from 'node:crypto';
import type { AppDependencies } from '../../src/api/dependencies';
import { Sessions, type SessionTimes } from '../../src/cases/sessions';
import type { ConsoleDependencies } from '../../src/console/dependencies';
import type { SessionSettings } from '../../src/console/session';
import type { JournalStore } from '../../src/journal/port';

const TIMES: SessionTimes = { idleMs: 2 * 3_600_000, maxMs: 12 * 3_600_000 };

/** What a console needs beyond the API of a stage: a key of its own, and the log-ins in the stage's journal. */
export function consoleSession(
  { journal, logIn }: Pick<AppDependencies, 'journal' | 'logIn'>,
  { times = TIMES, sessionKey = randomBytes(32) }: { times?: SessionTimes; sessionKey?: Buffer } = {},
): Omit<SessionSettings, 'logIn'> & Pick<ConsoleDependencies, 'forms'> {
  const { sessions, forms } = (journal as JournalStore | undefined) ?? {};
  return { sessionKey, isSecure: false, sessions: new Sessions(sessions!, logIn, times), forms: forms! };
}
