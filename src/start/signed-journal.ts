import { ABSAGE } from '../domain/actor';
import { keyLinesOf } from '../domain/installation';
import type { PublicKey, Signer } from '../domain/signature';
import { UnusableJournal } from '../journal/unusable';
import { openJournal } from '../journal/open';
import type { InstallationNotes, SignedJournal } from '../journal/port';
import { ConfigError, type Config } from '../settings/environment';
import { loadSigningKeys } from '../settings/signing-key';
import { createSigner } from '../trust/signing';

/**
 * The journal, whose lines this process signs. Rejects with a `ConfigError` where the file of keys does not fit the
 * journal: a key that the earlier one has not named would sign for nobody; and where the journal takes nothing from this build.
 */
export async function openSignedJournal(
  config: Pick<Config, 'databaseUrl' | 'signingKeyFile' | 'dataDir'>,
): Promise<SignedJournal> {
  const { path, keys } = loadSigningKeys(config);
  const signers = keys.map(createSigner);
  const [signer] = signers as [Signer, ...Signer[]];
  const journal = await openJournal(config.databaseUrl, signer).catch((error: unknown) => {
    throw error instanceof UnusableJournal ? new ConfigError([error.message]) : error;
  });
  try {
    await noteSigningKey(journal, signers, path);
  } catch (error) {
    await journal.close();
    throw error;
  }
  return { ...journal, signer };
}

/** Notes the key that signs from now on, signed with the one before. Of two processes at once, one notes it. */
async function noteSigningKey(
  journal: InstallationNotes,
  signers: readonly Signer[],
  path: string,
): Promise<void> {
  const [current] = signers as [Signer, ...Signer[]];
  const known = keyLinesOf(await journal.installationLines());
  const before = known.at(-1)?.after ?? null;
  if (before?.fingerprint === current.publicKey.fingerprint) return;
  const earlier = before && signers.find(({ publicKey }) => publicKey.fingerprint === before.fingerprint);
  if (earlier === undefined) throw new ConfigError([foreignKey(path, before as PublicKey)]);
  if (known.some(({ after }) => after.fingerprint === current.publicKey.fingerprint))
    throw new ConfigError([replacedKey(path, current.publicKey)]);
  const line = {
    ...ABSAGE,
    operation: 'signing-key',
    effectKey: `signing-key/${known.length}`,
    before,
    after: current.publicKey,
  } as const;
  await journal.appendToInstallation(line, earlier ?? current);
  // A process with another file may have been faster: then its key is the one before.
  await noteSigningKey(journal, signers, path);
}

/** Whoever has stolen a key that was replaced could otherwise not be told from the installation. */
function replacedKey(path: string, { fingerprint }: PublicKey): string {
  return [
    `In ${path} (ABSAGE_SIGNING_KEY_FILE) steht ein Schlüssel voran, der in diesem Logbuch schon ersetzt wurde (${fingerprint}).`,
    'Er unterschreibt nichts mehr: bitte die Datei mit dem neueren wieder einspielen, oder mit absage keys rotate-signing noch einen',
    'neuen voranstellen',
  ].join(' ');
}

function foreignKey(path: string, { fingerprint }: PublicKey): string {
  return [
    `In ${path} (ABSAGE_SIGNING_KEY_FILE) fehlt der Schlüssel, der dieses Logbuch bisher unterschrieben hat (${fingerprint}).`,
    'Bitte aus der Sicherung wieder eintragen. Einen neuen stellt absage keys rotate-signing voran: der bisherige bleibt in',
    'der Datei, weil er den neuen unterschreibt',
  ].join(' ');
}
