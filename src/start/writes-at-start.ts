import { ABSAGE } from '../domain/actor';
import type { WritesSwitch } from '../journal/port';
import type { Logger } from '../observability';
import type { Config } from '../settings/environment';

/** Before anything is begun: a journal that was restored may know less than Jet and Ö-Ticket do. */
export async function switchWritesAtStart(
  { areWritesOffAtStart }: Pick<Config, 'areWritesOffAtStart'>,
  journal: WritesSwitch,
  logger: Pick<Logger, 'warn'>,
): Promise<void> {
  if (!areWritesOffAtStart) return;
  const reason = 'Beim Start abgeschaltet (ABSAGE_WRITES=off)';
  const { since, by } = await journal.switchWrites({ ...ABSAGE, on: false, reason });
  logger.warn({ since, by }, 'writes are off: ABSAGE_WRITES=off');
}
