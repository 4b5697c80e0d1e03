import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { CancellationView } from '../../../src/cases/view';
import type { JournalEntry } from '../../../src/domain/journal';
import type { Action } from '../../../src/domain/vocabulary';
import type { LogEntry } from '../../../src/simulator/operation-log';
import { startMailCatcher, type MailCatcher } from '../../../src/up/mail-catcher';
import type { CaughtMail } from '../../../src/up/mail-store';
import type { RawGateway } from '../../support/raw-gateway';
import { REAL_TOKEN, startRealGateway } from '../../support/real-gateway';
import { SILENT, TestSimulator } from '../../support/simulator';
import { freePorts, UpProcess } from '../../support/up-process';
import { eventually } from '../../support/eventually';

/** How often Ö-Ticket takes over what Jet holds, for a production whose own interval is a quarter of an hour. */
const TRANSFER_EVERY_MS = 500;

/** A mail is in doubt only when its sending must be over. */
const PATIENCE_MS = 120_000;

/** What is played: far ahead, so that it is so whenever a test begins. */
const STARTS_AT = '2090-12-12T19:30:00+01:00';
const TITLE = 'Der Besuch der alten Dame';
const REASON = 'Die Vorstellung entfällt wegen einer technischen Störung.';

/** A performance that nobody has cancelled. */
export const UNTOUCHED = '901000';

/** A case of the production. */
export interface Played {
  house: string;
  eventNumber: string;
  caseId: string;
}

/**
 * An installation in production mode on this machine, in one folder: `data` is Absage's own, `outside` what Jet, Ö-Ticket
 * and the mail server remember, `etc` its files. It outlives its processes, and can be started by any build.
 *
 * @example
 * const production = await Production.open(folder, cast.tokens);
 * await production.start();
 */
export class Production {
  private up: UpProcess | null = null;
  /** Beside those that every build asks for. */
  private newSettings: Record<string, string> = {};
  private client: Client | null = null;

  private constructor(
    readonly folder: string,
    private readonly simulator: TestSimulator,
    private readonly gateway: RawGateway,
    private readonly catcher: MailCatcher,
    private readonly tokens: Readonly<Record<string, string>>,
  ) {}

  /** Starts what is around Absage, and nothing of Absage. `tokens`: of the people who act, by their names. */
  static async open(folder: string, tokens: Readonly<Record<string, string>>): Promise<Production> {
    const outside = join(folder, 'outside');
    for (const path of [outside, join(folder, 'data')]) mkdirSync(path, { recursive: true });
    const simulator = await TestSimulator.start({ dataDir: outside, syncIntervalMs: TRANSFER_EVERY_MS });
    const gateway = await startRealGateway(simulator);
    const catcher = await startMailCatcher({ dataDir: outside, ports: { mail: 0, mailUi: 0 } }, SILENT);
    return new Production(folder, simulator, gateway, catcher, tokens);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.catcher.stop();
    await this.gateway.stop();
    await this.simulator.stop();
  }

  /** A file of the administrator. */
  etc(name: string): string {
    return join(this.folder, 'etc', name);
  }

  get journalFile(): string {
    return join(this.folder, 'data', 'journal.sqlite');
  }

  // --- its processes ------------------------------------------------------------------------------------------

  /** Starts `absage up`, of this build or of another one, and does not wait for it. */
  async launch(cli?: string): Promise<UpProcess> {
    this.up = UpProcess.start({
      dataDir: join(this.folder, 'data'),
      ports: await freePorts(),
      cli,
      settings: {
        ABSAGE_MODE: 'production',
        ABSAGE_JET_URL: this.gateway.url,
        ABSAGE_JET_TOKEN: REAL_TOKEN,
        ABSAGE_SMTP_URL: this.catcher.smtpUrl,
        ABSAGE_HOUSES: this.etc('houses.json'),
        ABSAGE_API_TOKENS_FILE: this.etc('tokens.json'),
        ABSAGE_JET_RATE: '100',
        ABSAGE_JET_CONCURRENCY: '4',
        ABSAGE_POLL_INTERVAL: '500ms',
        ...this.newSettings,
      },
    });
    return this.up;
  }

  /** Resolves when it works. */
  async start(cli?: string): Promise<void> {
    const up = await this.launch(cli);
    await up.ready();
    const connection = await Connection.connect({ address: up.temporalAddress });
    this.client = new Client({ connection });
  }

  /**
   * What an administrator does as the changelog says, before the first start of a version with seals: makes the files of
   * keys where there are none, and the settings that it newly asks for.
   */
  upgrade(): void {
    const [payloadKeys, sealKeys] = ['payload-keys.json', 'seal.keys'].map((name) => this.etc(name));
    for (const file of [payloadKeys, sealKeys]) this.command('keys', 'create', file!);
    const signingKey = this.etc('signing.key');
    this.command('keys', 'create-signing', signingKey);
    const tokens = this.etc('tokens-with-roles.json');
    writeFileSync(tokens, this.tokensWithRoles(), { mode: 0o600 });
    this.newSettings = {
      ABSAGE_API_TOKENS_FILE: tokens,
      ABSAGE_PAYLOAD_KEYS_FILE: payloadKeys!,
      ABSAGE_SEAL_KEY_FILE: sealKeys!,
      ABSAGE_SIGNING_KEY_FILE: signingKey,
      ABSAGE_EMBEDDED_TEMPORAL: 'yes',
    };
  }

  private tokensWithRoles(): string {
    const { tokens } = JSON.parse(readFileSync(this.etc('tokens.json'), 'utf8')) as { tokens: object[] };
    return JSON.stringify({ tokens: tokens.map((entry) => ({ role: 'lead', ...entry })) });
  }

  /** Ends `absage up` as an administrator does. */
  async stop(): Promise<void> {
    await this.client?.connection.close();
    this.client = null;
    await this.up?.stop();
    this.up = null;
  }

  get temporal(): Client {
    if (!this.client) throw new Error('the production does not run');
    return this.client;
  }

  /** The last output of `absage up` and its parts. */
  evidence(): string {
    return this.up?.evidence() ?? '';
  }

  /** A command of this build, to its end. */
  command(...given: string[]): { status: number | null; output: string } {
    const cli = join(__dirname, '..', '..', '..', 'dist', 'cli.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...given], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ABSAGE_DATA: join(this.folder, 'data') },
    });
    return { status, output: stdout + stderr };
  }

  // --- what people ask ----------------------------------------------------------------------------------------

  async ask<T>(actor: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    return JSON.parse(await this.askForText(actor, method, path, body)) as T;
  }

  private async askForText(actor: string, method: 'GET' | 'POST', path: string, body?: unknown) {
    const response = await fetch(`http://127.0.0.1:${this.up?.options.ports.api}/v1${path}`, {
      method,
      signal: AbortSignal.timeout(15_000),
      headers: {
        authorization: `Bearer ${this.tokens[actor]}`,
        accept: 'application/json',
        'content-type': 'application/json',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  }

  /** Puts performances on the programme. */
  async play(house: string, eventNumbers: readonly string[]): Promise<void> {
    const programme = eventNumbers.map((eventNumber) => ({
      eventNumber,
      house,
      title: TITLE,
      customerTitle: null,
      externalMemo: 'Einlass ab 19.00 Uhr.',
      status: 'Verkaufsfreigabe',
      startsAt: STARTS_AT,
      venue: 'Großer Saal',
      location: 'St. Pölten',
      organiser: 'Musterbühnen Festspielhaus GmbH',
      production: TITLE,
      soldViaPartner: true,
      limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    }));
    await this.simulator.control('POST', '/reset', { programme });
  }

  async order(actor: string, house: string, eventNumber: string): Promise<Played> {
    const expected = { title: TITLE, startsAt: STARTS_AT };
    const order = { house, eventNumber, marker: 'ENTFÄLLT', reason: REASON, expected };
    const { caseId } = await this.ask<CancellationView>(actor, 'POST', '/cancellations', order);
    return { house, eventNumber, caseId };
  }

  /** A colleague takes the marker off at the mask. */
  async takeMarkerOff({ eventNumber }: Played): Promise<void> {
    await this.simulator.control('POST', '/human-edits', { eventNumber, set: { title: TITLE } });
  }

  act(actor: string, played: Played, action: Action, details: object = {}): Promise<CancellationView> {
    const body = { reason: `${actor}: ${action}`, ...details };
    return this.ask(actor, 'POST', `${pathOf(played)}/${action}`, body);
  }

  view(played: Played): Promise<CancellationView> {
    return this.ask(READER, 'GET', pathOf(played));
  }

  /** Waits for a step or a state. */
  untilAt(played: Played, reached: string): Promise<CancellationView> {
    return this.until(played, ({ step, state }) => step === reached || state === reached);
  }

  until(played: Played, isIt: (view: CancellationView) => boolean): Promise<CancellationView> {
    return eventually(() => this.view(played), isIt, PATIENCE_MS);
  }

  /** Ends the wait in which the case is, as somebody who has looked. */
  async skipWait(actor: string, played: Played): Promise<void> {
    const { step, waitSavedAt } = await this.view(played);
    const seen = step === 'wait-for-title-transfer' ? { titlesVisibleAtPartner: true } : {};
    await this.act(actor, played, 'skip-wait', { step, savedAt: waitSavedAt, ...seen });
  }

  async lines(played: Played): Promise<JournalEntry[]> {
    return (await this.ask<{ entries: JournalEntry[] }>(READER, 'GET', `${pathOf(played)}/journal`)).entries;
  }

  /** The Protokoll as JSON, as somebody files it. */
  protocol(played: Played): Promise<string> {
    return this.askForText(READER, 'GET', `${pathOf(played)}/protocol`);
  }

  // --- what is outside ----------------------------------------------------------------------------------------

  /** The next mail to Ö-Ticket about the event is lost, and Absage cannot know it. */
  async loseMail({ eventNumber }: Pick<Played, 'eventNumber'>): Promise<void> {
    const response = await fetch(`${this.catcher.url}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'drop-after-data', subjectIncludes: ['Absage: ', eventNumber] }),
    });
    if (!response.ok) throw new Error(`the mail catcher: ${response.status} ${await response.text()}`);
  }

  /** What Absage has done in Jet to the event, in order. */
  async writes({ eventNumber }: Pick<Played, 'eventNumber'>): Promise<LogEntry[]> {
    const log = await this.simulator.log(eventNumber);
    return log.filter(({ actor, after }) => actor === 'gateway' && after !== null);
  }

  /** Waits for a mail about the event, by the beginning of its subject. */
  async untilMailed(played: Played, beginning: string): Promise<void> {
    await eventually(
      () => this.mails(played),
      (mails) => mails.some(({ subject }) => subject.startsWith(beginning)),
    );
  }

  /** All mails about the event, to Ö-Ticket and to the house, oldest first. */
  async mails({ eventNumber }: Pick<Played, 'eventNumber'>): Promise<CaughtMail[]> {
    const response = await fetch(`${this.catcher.url}/messages`);
    const { messages } = (await response.json()) as { messages: CaughtMail[] };
    return messages.filter(({ subject }) => subject.endsWith(`(VA-Nr. ${eventNumber})`));
  }
}

export const ANNA = 'Anna Kassa';
export const BERTA = 'Berta Leitung';
export const CARL = 'Carl Abenddienst';
/** Only looks. */
const READER = 'Dora Einsicht';
export const PEOPLE = [ANNA, BERTA, CARL, READER] as const;

function pathOf({ house, eventNumber }: Pick<Played, 'house' | 'eventNumber'>): string {
  return `/cancellations/${house}/${eventNumber}`;
}
