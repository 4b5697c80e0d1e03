import { cancellationWorkflowId } from '../domain/input';
import { keysStillNeeded, NOTE_KEY_EVERY_MS } from '../domain/payload-keys';
import type { Journal, KeyNotes } from '../journal/port';
import type { Logger } from '../observability';
import { ConfigError } from '../settings/environment';
import type { KeyFile } from '../settings/key-file';
import type { TemporalSettings } from '../settings/temporal';
import { createClient } from '../temporal/connect';
import { findOldestRun } from '../temporal/open-runs';

/** What the doors need of the journal for its keys. */
export type KeyJournal = KeyNotes & Pick<Journal, 'openCases'>;

/**
 * Notes with the journal that this process encrypts with the current key, before it does so, and again for as long as it
 * runs. Returns what ends that.
 */
export async function noteCurrentKey(
  journal: KeyNotes,
  keys: KeyFile | undefined,
  logger: Pick<Logger, 'warn'>,
): Promise<() => void> {
  if (!keys) return () => {};
  const { id } = keys.current;
  await journal.noteKeyUse(id);
  const timer = setInterval(() => {
    journal
      .noteKeyUse(id)
      .catch((error: unknown) => logger.warn({ err: error }, 'the use of a key could not be noted'));
  }, NOTE_KEY_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/**
 * Throws a `ConfigError` where this process could not read what open runs hold: a worker would fail their tasks for ever.
 * To be called before the current key is noted, so that a wrong file leaves nothing behind. Asks Temporal only when a key
 * that was once in use is missing.
 */
export async function requireKeysOfOpenRuns(journal: KeyJournal, temporal: TemporalSettings): Promise<void> {
  const missing = await findMissingKeys(journal, temporal);
  if (missing.length === 0) return;
  const what = `mit denen offene Absagen verschlüsselt sind: ${missing.join(', ')}`;
  throw new ConfigError([
    temporal.payloadKeys
      ? `In ${temporal.payloadKeys.path} (ABSAGE_PAYLOAD_KEYS_FILE) fehlen Schlüssel, ${what}. Bitte aus der Sicherung wieder eintragen`
      : `ABSAGE_PAYLOAD_KEYS_FILE fehlt, und damit die Schlüssel, ${what}`,
  ]);
}

async function findMissingKeys(journal: KeyJournal, temporal: TemporalSettings): Promise<string[]> {
  const known = temporal.payloadKeys?.ids() ?? [];
  const uses = (await journal.keyUses()).filter(({ id }) => !known.includes(id));
  if (uses.length === 0) return [];
  return keysStillNeeded(uses, await findOldestNeed(journal, temporal));
}

/** Cases that were interrupted count as well: to resume one, the order of its last run is read. */
async function findOldestNeed(journal: KeyJournal, temporal: TemporalSettings) {
  const cases = await journal.openCases();
  const client = createClient(temporal);
  try {
    const ids = cases.map(({ house, eventNumber }) => cancellationWorkflowId(house, eventNumber));
    return await findOldestRun(client, ids);
  } finally {
    await client.connection.close();
  }
}

/** Of the keys that the file holds beside its first one: those that no open run needs any more. */
export async function findKeysThatMayGo(
  journal: KeyJournal,
  temporal: TemporalSettings & { payloadKeys: KeyFile },
): Promise<string[]> {
  const [, ...older] = temporal.payloadKeys.ids();
  if (older.length === 0) return [];
  const needed = keysStillNeeded(await journal.keyUses(), await findOldestNeed(journal, temporal));
  return older.filter((id) => !needed.includes(id));
}
