import type { InstallationNotes } from '../journal/port';
import type { Logger } from '../observability';
import { ConfigError } from '../settings/environment';
import type { TemporalSettings } from '../settings/temporal';
import { claimNamespace, ForeignNamespace } from '../temporal/reconciler';

/**
 * A worker or a server begins to work only in the namespace of its own installation. Rejects with a `ConfigError` where
 * Temporal names another one: two installations in one namespace would carry out each other's cases. `false`: Temporal has not
 * answered.
 */
export async function requireOwnNamespace(
  settings: TemporalSettings,
  journal: InstallationNotes,
  logger: Pick<Logger, 'warn'>,
): Promise<boolean> {
  const installation = await journal.installationId();
  try {
    return await claimNamespace(settings, installation, logger);
  } catch (error) {
    if (!(error instanceof ForeignNamespace)) throw error;
    throw new ConfigError([
      error.owner === null
        ? `Der Temporal-Namespace ${settings.namespace} nennt seine Absage-Installation mit einem Schlüssel, den dieser Prozess nicht hat. Gehört der Namespace dieser Installation: bitte den fehlenden Schlüssel aus der Sicherung wieder in die Datei eintragen (ABSAGE_PAYLOAD_KEYS_FILE). Sonst gehört er einer anderen, und diese hier braucht einen eigenen (TEMPORAL_NAMESPACE)`
        : `Der Temporal-Namespace ${settings.namespace} gehört einer anderen Absage-Installation (${error.owner}), dieses Logbuch gehört zu ${installation}. Jede Installation braucht einen eigenen Namespace (TEMPORAL_NAMESPACE). Ist dieses Logbuch eine Kopie, die neben dem Original arbeiten soll: absage journal adopt`,
    ]);
  }
}

const ASK_AGAIN_MS = 5_000;

/**
 * For a process that shows itself without Temporal, too: asks at once, and again for as long as Temporal does not answer.
 * `asked`: the first answer, or that there is none. A foreign namespace ends the process, whenever it turns out.
 */
export function watchOwnNamespace(
  settings: TemporalSettings,
  journal: InstallationNotes,
  logger: Logger,
): { asked: Promise<boolean>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const again = async (isKnown: boolean): Promise<void> => {
    if (isKnown || isStopped) return;
    await new Promise<void>((resolve) => (timer = setTimeout(resolve, ASK_AGAIN_MS).unref()));
    // What is missing was said once.
    await again(await requireOwnNamespace(settings, journal, { warn: () => {} }));
  };
  const asked = requireOwnNamespace(settings, journal, logger);
  // Whoever waits for the first answer takes its rejection: this one nobody does, so that it ends the process.
  void asked.then(again);
  return {
    asked,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
