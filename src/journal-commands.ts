import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readConfig, whoRuns } from './administrator';
import { judge } from './doctor/journal';
import { normaliseText, textFault } from './domain/text';
import type { SignedJournal } from './journal/port';
import { migratePostgres } from './journal/postgres/migrate';
import { backupJournal, moveJournal, type Transfer, type TransferFault } from './journal/transfer';
import { databaseUrl } from './settings/values';
import { ConfigError, type Config, type Environment } from './settings/environment';
import { inspectSettings } from './settings/settings';
import { openSignedJournal } from './start/signed-journal';
import { createClient } from './temporal/connect';
import { findIdleWork, WORKS } from './temporal/queues';

/** `absage journal migrate`: resolves to what the administrator reads. */
export async function migrateJournal(environment: Environment): Promise<string> {
  const { databaseUrl: url, databaseOwnerUrl } = readConfig(environment);
  if (url.startsWith('file:'))
    return 'Das Logbuch ist eine Datei: Absage legt sie beim Start selbst an und erneuert ihre Form.';
  await migratePostgres(databaseOwnerUrl ?? url, url);
  return databaseOwnerUrl === null
    ? [
        'Die Tabellen des Logbuchs sind auf dem neuesten Stand.',
        'Sie gehören der Rolle, mit der Absage arbeitet: diese könnte den Schutz gegen Änderungen entfernen. Für den Echtbetrieb',
        'bitte mit ABSAGE_DATABASE_OWNER_URL eine eigene Rolle nennen, der die Tabellen gehören.',
      ].join('\n')
    : 'Die Tabellen des Logbuchs sind auf dem neuesten Stand, und die Rolle von Absage darf genau, was sie braucht.';
}

/** `absage journal copy`: resolves to what the administrator reads. Rejects where nothing was copied, and says why. */
export async function copyJournal(
  environment: Environment,
  { to, isOffline }: { to: string; isOffline: boolean },
): Promise<string> {
  const target = databaseUrl.safeParse(to);
  if (!target.success) throw new ConfigError([`--to ${target.error.issues[0]?.message}`]);
  const config = readConfig(environment);
  if (!isOffline) await requireNoWorker(environment);
  const journal = await openSignedJournal(config);
  await journal.close();
  const moved = await moveJournal({
    from: config.databaseUrl,
    to,
    ownerUrl: config.databaseOwnerUrl,
    signer: journal.signer,
    by: whoRuns('absage journal copy'),
  });
  if ('kind' in moved) throw new Error(describeFault(moved));
  return [
    `${count(moved)} sind kopiert und geprüft. Das bisherige Logbuch ist geschlossen und nimmt nichts mehr an.`,
    'Bitte jetzt überall ABSAGE_DATABASE_URL auf das neue setzen und dann Worker und API starten.',
  ].join('\n');
}

/** `absage journal backup`: resolves to what the administrator reads. */
export async function backupJournalTo(environment: Environment, path: string): Promise<string> {
  const config = readConfig(environment);
  const { databaseUrl: url } = config;
  const file = resolve(path);
  const written = await backupJournal(url, file).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EEXIST' ? new Error(`${file} gibt es schon und bleibt, wie es ist.`) : error;
  });
  if ('kind' in written)
    throw new Error(`Die Sicherung ${file} ist nicht in Ordnung. ${describeFault(written)}`);
  await switchOff(
    { ...config, databaseUrl: pathToFileURL(file).href },
    'absage journal backup',
    'Das ist eine Sicherung: vor dem Einschalten bitte prüfen, was seither geschehen ist',
  );
  return [
    `${file} enthält das Logbuch: ${count(written)}, jede Kette geprüft. Nur dieser Benutzer kann die Datei lesen.`,
    'In der Sicherung ist das Schreiben abgeschaltet: wer sie einspielt, schaltet es ein, wenn alles geprüft ist.',
    'Die Schlüssel gehören nicht dazu: bitte getrennt davon sichern.',
  ].join('\n');
}

/** `absage writes … --offline`: resolves to what the administrator reads. Neither a server nor Temporal is asked. */
export async function switchWritesOffline(
  environment: Environment,
  { on, reason: given }: { on: boolean; reason: string },
): Promise<string> {
  const reason = normaliseText(given);
  const fault = textFault(reason);
  if (fault) throw new Error(`Der Grund ${fault}.`);
  if (!on) {
    await switchOff(readConfig(environment), 'absage writes off --offline', reason);
    return 'Das Schreiben ist abgeschaltet: Absage schreibt nichts in Jet und nichts an Ö-Ticket, bis es wieder eingeschaltet ist.';
  }
  await withSigned(readConfig(environment), (journal) =>
    journal.switchWrites({ ...whoRuns('absage writes on --offline'), on, reason }),
  );
  return 'Das Schreiben ist eingeschaltet.';
}

async function switchOff(config: Config, command: string, reason: string): Promise<void> {
  await withSigned(config, (journal) => journal.switchWrites({ ...whoRuns(command), on: false, reason }));
}

async function withSigned<T>(config: Config, work: (journal: SignedJournal) => Promise<T>): Promise<T> {
  const journal = await openSignedJournal(config);
  return work(journal).finally(() => journal.close());
}

function count({ cases, lines }: Exclude<Transfer, TransferFault>): string {
  return `${cases === 1 ? 'Eine Absage' : `${cases.toLocaleString('de-AT')} Absagen`} mit ${lines.toLocaleString('de-AT')} Zeilen`;
}

const WHICH = { source: 'Das bisherige Logbuch', target: 'Das Ziel', copy: 'Die Kopie' } as const;

function describeFault(fault: TransferFault): string {
  const unchanged = 'Es wurde nichts geschlossen: das bisherige Logbuch gilt weiter.';
  if (fault.kind === 'foreign-target')
    return `Im Ziel ist schon ein anderes Logbuch: bitte eine leere Datenbank nehmen. ${unchanged}`;
  const { text, details = [] } = judge(fault.inspection);
  return [`${WHICH[fault.kind]} ist nicht in Ordnung. ${unchanged}`, text, ...details].join('\n  ');
}

/** A worker may be about to write what would then be in neither of both. */
async function requireNoWorker(environment: Environment): Promise<void> {
  const { temporal, faults } = inspectSettings(environment);
  if (!temporal) throw new ConfigError(faults);
  const client = createClient(temporal);
  try {
    const idle = await findIdleWork(client.workflowService, temporal.namespace).catch(() => null);
    if (idle === null)
      throw new Error(
        'Temporal antwortet nicht, und ob noch ein Worker arbeitet, ist nicht bekannt. Wenn alle Worker und APIs beendet sind: --offline',
      );
    if (idle.length < WORKS.length)
      throw new Error(
        'Ein Worker arbeitet noch, oder hat es bis vor einer Minute getan: bitte alle Worker und APIs beenden und nach einer Minute wieder versuchen. Es wurde nichts kopiert.',
      );
  } finally {
    await client.connection.close();
  }
}
