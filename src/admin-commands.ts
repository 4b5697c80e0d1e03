import { eraseContact } from './activities/erase-contacts';
import { readConfig, whoRuns } from './administrator';
import { exactTime } from './domain/clock';
import { isSealed } from './domain/contact';
import type { ErasureLine } from './domain/installation';
import type { JournalEntry } from './domain/journal';
import { endOf, readLines, refusalLine } from './domain/lines';
import { normaliseText, textFault } from './domain/text';
import type { CaseRef } from './domain/types';
import { readWitness, writeWitness } from './doctor/witness';
import { judge } from './doctor/journal';
import { ownKeys } from './doctor/own-keys';
import { checkWitnessFile } from './doctor/witness-check';
import { inspectJournal, openJournal } from './journal/open';
import { contactPlaces } from './start/contact-places';
import { openSignedJournal } from './start/signed-journal';
import { findKeysThatMayGo } from './start/payload-keys';
import { ConfigError, type Environment } from './settings/environment';
import { addKey, createKeyFile } from './settings/key-file';
import { addSigningKey, createSigningKeyFile } from './settings/signing-key';
import { inspectSettings } from './settings/settings';
import { createClient } from './temporal/connect';
import { RunStillOpen } from './temporal/delete-runs';

/** `absage keys create`: resolves to what the administrator reads. A file that exists is never touched. */
export function createKeys(path: string): string {
  const id = create(path, () => createKeyFile(path));
  if (id === null)
    throw new ConfigError([
      `${path} gibt es schon und bleibt, wie es ist: absage keys rotate stellt einen neuen Schlüssel voran`,
    ]);
  return [
    `${path} ist gemacht, mit dem Schlüssel ${id}. Nur dieser Benutzer kann die Datei lesen.`,
    'Der Echtbetrieb braucht zwei solche Dateien, und keine für beides. Diese ist entweder zum Versiegeln:',
    '',
    `  ABSAGE_SEAL_KEY_FILE=${path}`,
    '',
    'oder zum Verschlüsseln dessen, was Temporal aufbewahrt:',
    '',
    `  ABSAGE_PAYLOAD_KEYS_FILE=${path}`,
    '',
    'Worker und API brauchen dieselben beiden. Die zum Verschlüsseln bitte getrennt vom Datenordner sichern: ohne sie kann',
    'niemand lesen, was Temporal aufbewahrt, und offene Absagen bleiben stehen.',
  ].join('\n');
}

function create<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new ConfigError([
      `${path} kann nicht geschrieben werden (${(error as NodeJS.ErrnoException).code})`,
    ]);
  }
}

/** `absage keys rotate`: resolves to what the administrator reads, also where Temporal does not answer. */
export async function rotateKeys(environment: Environment): Promise<string> {
  const { config, temporal, faults } = inspectSettings(environment);
  if (!config || !temporal) throw new ConfigError(faults);
  const { payloadKeysFile, databaseUrl } = config;
  const { payloadKeys } = temporal;
  if (payloadKeysFile === null || !payloadKeys)
    throw new ConfigError(['ABSAGE_PAYLOAD_KEYS_FILE fehlt: absage keys create DATEI macht die Schlüssel']);
  const id = addKey(payloadKeysFile);
  const journal = await openJournal(databaseUrl);
  try {
    // The ring that was read before has the keys that were there: the newest of them is still being used.
    const mayGo = await findKeysThatMayGo(journal, { ...temporal, payloadKeys });
    return describe(payloadKeysFile, id, describeOlder(payloadKeys.ids(), mayGo));
  } catch {
    return describe(payloadKeysFile, id, [
      'Temporal hat nicht geantwortet: bitte alle älteren Schlüssel in der Datei lassen.',
    ]);
  } finally {
    await journal.close();
  }
}

function describe(path: string, id: string, older: readonly string[]): string {
  return [
    `In ${path} steht jetzt voran der neue Schlüssel ${id}.`,
    'Bitte die Datei sichern, auf alle Rechner mit Worker oder API bringen und diese dann neu starten: erst damit wird er',
    'verwendet. Solange nicht alle neu gestartet sind, lesen sie mit ihm und schreiben mit dem bisherigen.',
    '',
    ...older,
  ].join('\n');
}

function describeOlder([current, ...older]: readonly string[], mayGo: readonly string[]): string[] {
  const needed = [current, ...older.filter((id) => !mayGo.includes(id))];
  return [
    `Bleiben müssen: ${needed.join(', ')}.`,
    mayGo.length === 0
      ? 'Gehen kann noch keiner.'
      : `Gehen können: ${mayGo.join(', ')}. Offene Absagen brauchen sie nicht mehr; was in Temporal beendet ist, liest man ohne sie nicht mehr.`,
  ];
}

/** `absage keys create-signing`: resolves to what the administrator reads. A file that exists is never touched. */
export function createSigningKey(path: string): string {
  if (!create(path, () => createSigningKeyFile(path)))
    throw new ConfigError([
      `${path} gibt es schon und bleibt, wie es ist: absage keys rotate-signing stellt einen neuen Schlüssel voran`,
    ]);
  return [
    `${path} ist gemacht. Nur dieser Benutzer kann die Datei lesen.`,
    '',
    `  ABSAGE_SIGNING_KEY_FILE=${path}`,
    '',
    'Worker und API brauchen dieselbe Datei. Bitte getrennt vom Datenordner und von dessen Sicherung aufbewahren: wer beides',
    'hat, kann ein Logbuch neu schreiben.',
  ].join('\n');
}

/** `absage keys rotate-signing`: resolves to what the administrator reads. */
export function rotateSigningKey(environment: Environment): string {
  const { signingKeyFile } = readConfig(environment);
  if (signingKeyFile === null)
    throw new ConfigError([
      'ABSAGE_SIGNING_KEY_FILE fehlt: absage keys create-signing DATEI macht den Schlüssel',
    ]);
  addSigningKey(signingKeyFile);
  return [
    `In ${signingKeyFile} steht jetzt ein neuer Schlüssel voran.`,
    'Bitte die Datei auf alle Rechner mit Worker oder API bringen und diese dann neu starten. Der erste, der startet, schreibt',
    'in das Logbuch, dass der neue gilt, und unterschreibt das mit dem bisherigen. Dieser bleibt in der Datei, bis alle neu',
    'gestartet sind. Wer Protokolle prüft, braucht danach die Datei von /.well-known/absage-signing-key neu: sie sagt, bis wann',
    'der bisherige unterschrieben hat.',
  ].join('\n');
}

/** `absage journal adopt`: resolves to what the administrator reads. */
export async function adoptJournal(environment: Environment): Promise<string> {
  const journal = await openSignedJournal(readConfig(environment));
  try {
    const id = await journal.adopt(whoRuns('absage journal adopt'));
    return [
      `Dieses Logbuch gehört jetzt zu einer Installation für sich: ${id}.`,
      'Sie braucht einen eigenen Temporal-Namespace. Offene Absagen in der Kopie bleiben beim Original: bitte hier nicht fortsetzen.',
    ].join('\n');
  } finally {
    await journal.close();
  }
}

/**
 * `absage journal witness`: resolves to the witness. `problem`: what the administrator has to read beside it, as it is that of a
 * journal that was changed; `null` otherwise.
 */
export async function witnessJournal(
  environment: Environment,
): Promise<{ text: string; problem: string | null }> {
  const config = readConfig(environment);
  const journal = await openSignedJournal(config);
  try {
    const inspection = await inspectJournal(config.databaseUrl, {
      budgetMs: Infinity,
      ownKeys: ownKeys(config),
    });
    const { state, text, details = [] } = judge(inspection);
    return {
      text: writeWitness(await readWitness(journal), journal.signer),
      problem:
        state === 'failed'
          ? ['ACHTUNG: Dieses Zeugnis ist eines über ein verändertes Logbuch.', text, ...details].join('\n  ')
          : null,
    };
  } finally {
    await journal.close();
  }
}

/** `absage journal witness --check`: what the administrator reads, and the exit code: 0 all is there, 1 it is not. */
export async function checkWitness(
  environment: Environment,
  path: string,
): Promise<{ text: string; exitCode: 0 | 1 }> {
  return checkWitnessFile(readConfig(environment), path);
}

/**
 * `absage contact erase`: resolves to what the administrator reads. The contact of an open case is erased at its end, by the
 * schedule; so is one that Temporal still holds and does not give away now.
 */
export async function eraseContactNow(
  environment: Environment,
  caseId: string,
  given: string,
): Promise<string> {
  const reason = readReason(given);
  const { config, temporal, faults } = inspectSettings(environment);
  if (!config || !temporal) throw new ConfigError(faults);
  const journal = await openSignedJournal(config);
  const client = createClient(temporal);
  try {
    const wish = { ...whoRuns('absage contact erase'), reason };
    const entries = await journal.entries(caseId);
    const ref = requireSealedContact(entries, caseId);
    if (endOf(entries) === null && refusalLine(entries) === null) {
      await journal.wishErasure(caseId, wish);
      return `Die Absage ${caseId} ist noch offen und braucht die Kontaktdaten. Sie werden an ihrem Ende gelöscht: das ist vorgemerkt.`;
    }
    const places = contactPlaces(() => client, config.dataDir);
    const erasing = client.withDeadline(Date.now() + ERASURE_PATIENCE_MS, () =>
      eraseContact({ journal, places }, ref, wish),
    );
    const line = await erasing.catch(async (error: unknown) => {
      await journal.wishErasure(caseId, wish);
      throw notYetErased(caseId, error);
    });
    return line ? describeErasure(line) : `Die Kontaktdaten der Absage ${caseId} waren schon gelöscht.`;
  } finally {
    await client.connection.close();
    await journal.close();
  }
}

/** For all calls to Temporal together. */
const ERASURE_PATIENCE_MS = 60_000;

function readReason(given: string): string {
  const reason = normaliseText(given);
  const fault = textFault(reason);
  if (fault) throw new Error(`Der Grund ${fault}.`);
  return reason;
}

/** The case, whose contact can be erased. */
function requireSealedContact(entries: readonly JournalEntry[], caseId: string): CaseRef {
  const lines = readLines(entries);
  if (!lines) throw new Error(`Eine Absage mit der Kennung ${caseId} kennt dieses Logbuch nicht.`);
  const { house, eventNumber } = lines.first;
  const { contact } = lines.input.order;
  if (!contact) throw new Error(`Die Absage ${caseId} nennt keine Kontaktperson: es gibt nichts zu löschen.`);
  if (!isSealed(contact))
    throw new Error(
      `Die Absage ${caseId} ist von früher: ihre Kontaktdaten stehen unverschlüsselt in Zeilen des Logbuchs, die niemand mehr ändern kann. Was Temporal davon hat, löscht dessen eigene Frist.`,
    );
  return { caseId, house, eventNumber };
}

function notYetErased(caseId: string, error: unknown): Error {
  const why =
    error instanceof RunStillOpen
      ? 'ihr Vorgang in Temporal ist noch nicht zu Ende'
      : `Temporal oder eine Datei: ${(error as Error).message}`;
  return new Error(
    `Die Kontaktdaten der Absage ${caseId} sind noch nicht gelöscht (${why}). Es ist vorgemerkt: Absage löscht sie, sobald es geht, spätestens binnen eines Tages.`,
  );
}

function describeErasure({ at, after }: ErasureLine): string {
  return [
    `Die Kontaktdaten der Absage ${after.caseId} sind gelöscht: ${exactTime(at)}.`,
    `Mit ihnen gelöscht: ${after.runs} Verläufe in Temporal, ${after.mails} abgefangene E-Mails der Probe.`,
    'Was außerhalb liegt, hat Absage nicht gelöscht: die E-Mails im Postfach des Hauses und bei Ö-Ticket, gespeicherte',
    'Protokolle und ältere Sicherungen. Siehe docs/data-protection.md.',
  ].join('\n');
}
