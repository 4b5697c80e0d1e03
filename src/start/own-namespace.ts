import type { InstallationNotes } from '../journal/port';
import type { Logger } from '../observability';
import { ConfigError } from '../settings/environment';
import type { TemporalSettings } from '../settings/temporal';
import { claimNamespace, ForeignNamespace } from '../temporal/reconciler';

/**
 * A worker or a server begins to work only in the namespace of its own installation. Rejects with a `ConfigError` where
 * Temporal names another one: two installations in one namespace would carry out each other's cases.
 */
export async function requireOwnNamespace(
  settings: TemporalSettings,
  journal: InstallationNotes,
  logger: Logger,
): Promise<void> {
  const installation = await journal.installationId();
  try {
    await claimNamespace(settings, installation, logger);
  } catch (error) {
    if (!(error instanceof ForeignNamespace)) throw error;
    throw new ConfigError([
      error.owner === null
        ? `Der Temporal-Namespace ${settings.namespace} nennt seine Absage-Installation mit einem Schlüssel, den dieser Prozess nicht hat. Gehört der Namespace dieser Installation: bitte den fehlenden Schlüssel aus der Sicherung wieder in die Datei eintragen (ABSAGE_PAYLOAD_KEYS_FILE). Sonst gehört er einer anderen, und diese hier braucht einen eigenen (TEMPORAL_NAMESPACE)`
        : `Der Temporal-Namespace ${settings.namespace} gehört einer anderen Absage-Installation (${error.owner}), dieses Logbuch gehört zu ${installation}. Jede Installation braucht einen eigenen Namespace (TEMPORAL_NAMESPACE). Ist dieses Logbuch eine Kopie, die neben dem Original arbeiten soll: absage journal adopt`,
    ]);
  }
}
