import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { version } from '../package.json';
import { readShownLines } from './cases/contact';
import { viewOf } from './cases/case-view';
import { EventPages } from './cases/event-pages';
import type { CaseSources } from './cases/sources';
import { findCase, type FoundCase, type WantedCase } from './cases/which-case';
import { createCancellationClient } from './client';
import { sealedStart } from './domain/seal';
import { readLines } from './domain/lines';
import { examine } from './doctor/doctor';
import type { SignedJournal } from './journal/port';
import { ConfigError, type Environment } from './settings/environment';
import { loadSealKeys } from './settings/seal-keys';
import { inspectSettings, type Settings } from './settings/settings';
import { secretsIn } from './support/secrets';
import { pack, type Part } from './support/bundle';
import { createConcealer, type Concealed } from './support/conceal';
import { linesOfCase } from './support/log-lines';
import { openSignedJournal } from './start/signed-journal';
import { createClient } from './temporal/connect';
import { readDeployment } from './temporal/deployments';
import { readPendingTries } from './temporal/pending-tries';
import { describeRun, recordsClient } from './temporal/records';
import { readHistory } from './temporal/readable-history';
import { findGenuine, makeSeal } from './trust/seals';
import { cancellationWorkflowId } from './workflows/messages';

/** For all calls to Temporal together. */
const PATIENCE_MS = 60_000;

/** What a part makes for itself where no setting names another one. */
const OWN_KEYS = ['console.key', 'seal.keys', 'signing.key'];

export interface SupportWish extends WantedCase {
  file: string;
  /** Logs of the parts; by default those that `absage up` keeps. */
  logs: readonly string[];
}

/** `absage support`: writes the file, and resolves to what the administrator reads. A file that exists is never touched. */
export async function writeSupportBundle(environment: Environment, wish: SupportWish): Promise<string> {
  const { config, houses, temporal, faults } = inspectSettings(environment);
  if (!config || !houses || !temporal) throw new ConfigError(faults);
  const journal = await openSignedJournal(config);
  const client = createClient(temporal);
  try {
    const sources = sourcesOf({ config, houses, temporal }, journal, client);
    const found = await findIt(sources, wish);
    const { caseId } = found;
    if (caseId === null) throw new Error(`Zu ${wish.house} ${wish.eventNumber} gibt es keine Absage.`);
    const concealed: Concealed = new Map();
    const ownKeys = OWN_KEYS.map((name) => join(config.dataDir, name));
    const known = { secrets: secretsIn(environment, ownKeys), personal: await contactParts(journal, caseId) };
    const conceal = createConcealer(known, concealed);
    const logs = wish.logs.length > 0 ? wish.logs : ownLogs(config.dataDir);
    const workflowId = cancellationWorkflowId(wish.house, wish.eventNumber);
    const marks = [caseId, workflowId, ...(found.run ? [found.run.runId] : [])];
    const inTime = <T>(work: () => Promise<T>) => client.withDeadline(Date.now() + PATIENCE_MS, work);
    const parts: Part[] = [
      { name: 'view.json', read: () => inTime(() => requireView(sources, wish)) },
      { name: 'journal.json', read: () => journal.entries(caseId) },
      { name: 'attempts.json', read: () => inTime(() => readAttempts(client, workflowId)) },
      ...(await runsOf(journal, found)).map((runId) => ({
        name: `history-${runId}.json`,
        read: () => inTime(() => readHistory(client, workflowId, runId)),
      })),
      { name: 'versions.json', read: () => inTime(() => readVersions(client, config.buildId || null)) },
      { name: 'doctor.json', read: () => examine(environment) },
      ...logs.map((log) => ({
        name: `log-${log.split('/').at(-1)}`,
        read: () => Promise.resolve(`${linesOfCase(readFileSync(log, 'utf8'), marks, conceal).join('\n')}\n`),
      })),
    ];
    const { bytes, missing } = await pack(parts, conceal, concealed);
    const file = resolve(wish.file);
    write(file, bytes);
    return describe(file, logs, missing);
  } finally {
    await client.connection.close();
    await journal.close();
  }
}

function sourcesOf(
  { config, houses, temporal }: Pick<Settings, 'config' | 'houses' | 'temporal'>,
  journal: SignedJournal,
  client: Client,
): CaseSources {
  const sealKeys = loadSealKeys(config);
  return {
    client: createCancellationClient(client, (request, by) => makeSeal(sealKeys, request, by)),
    journal,
    houses,
    eventPages: new EventPages(),
    isRehearsal: config.mode === 'rehearsal',
    ...(config.mode === 'production' && {
      isSealed: (workflowId, input) =>
        findGenuine(sealKeys, sealedStart(workflowId, input), input.seal) !== null,
    }),
    isLogInMissing: () => false,
    temporalUiUrl: config.temporalUiUrl,
    namespace: temporal.namespace,
  };
}

/** Without Temporal the journal knows the case: that is when somebody needs help. */
async function findIt(sources: CaseSources, wanted: WantedCase): Promise<FoundCase> {
  const { journal } = sources;
  return findCase(sources, wanted).catch(async () => ({
    caseId: wanted.caseId ?? (await journal.latestCase(wanted.house, wanted.eventNumber)),
    run: null,
    newest: null,
    stranger: null,
  }));
}

/** What has to be found wherever it stands, for as long as its key is kept. */
async function contactParts(journal: SignedJournal, caseId: string): Promise<string[]> {
  const { entries } = await readShownLines(journal, caseId);
  const contact = readLines(entries)?.input.order.contact;
  if (!contact || 'sealed' in contact) return [];
  return [contact.name, contact.phone, contact.email].filter((part) => part !== undefined);
}

async function requireView(sources: CaseSources, wanted: WantedCase): Promise<object> {
  const view = await viewOf(sources, wanted);
  if (!view) throw new Error('diese Absage hat keinen Stand');
  return view;
}

async function readAttempts(client: Client, workflowId: string): Promise<object> {
  const { status, stuckSince, raw } = await describeRun(recordsClient(client), workflowId, () =>
    Promise.resolve(false),
  );
  return { status: status.name, stuckSince, attempts: readPendingTries(raw.pendingActivities) };
}

/** Every run that the journal names, and the newest one. */
async function runsOf(journal: SignedJournal, { caseId, run }: FoundCase): Promise<string[]> {
  const named = caseId === null ? undefined : (await journal.namedRuns([caseId])).get(caseId);
  return [...new Set([...(named ?? []), ...(run ? [run.runId] : [])])];
}

async function readVersions(client: Client, buildId: string | null): Promise<object> {
  const { workflowService, options } = client;
  const { serverVersion } = await workflowService.getSystemInfo({});
  const versions = await readDeployment(workflowService, options.namespace);
  const { node, platform, arch } = { node: process.version, ...process };
  return { absage: version, buildId, node, platform, arch, temporal: serverVersion, deployment: versions };
}

function ownLogs(dataDir: string): string[] {
  const folder = join(dataDir, 'logs');
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'EEXIST'
        ? `${file} gibt es schon und bleibt, wie es ist.`
        : `${file} kann nicht geschrieben werden (${code}).`,
      { cause: error },
    );
  }
}

function describe(file: string, logs: readonly string[], missing: readonly string[]): string {
  return [
    `${file} ist geschrieben. Nur dieser Benutzer kann die Datei lesen; was nicht darin ist, steht in left-out.txt.`,
    ...(logs.length === 0
      ? [
          'Ohne Zeilen aus Protokolldateien: die nennt --log DATEI, z. B. aus journalctl -u absage-worker@… -o cat > worker.log',
        ]
      : []),
    ...missing.map((text) => `Fehlt: ${text}`),
  ].join('\n');
}
