import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { SYNC_INTERVAL_FLOOR_MS } from '../domain/case';
import { isLoopback } from '../domain/loopback';
import { LIMIT_VARIABLES, limitsOf, type LimitSettings } from './limits';
import { NotUtf8, readTextFile } from './text-file';
import { findOidcGaps, OIDC_VARIABLES, oidcOf, type OidcSettings } from './oidc';
import { isFor, type PartName } from './parts';
import { greetingNameOf, readSmtpUrl, type SmtpSettings } from './smtp';
import { findBlindTrust, findOpenWires } from './wires';
import {
  addresses,
  baseUrl,
  buildId,
  contactUri,
  databaseUrl,
  duration,
  greetingName,
  mailbox,
  origin,
  port,
  postgresUrl,
  smtpUrl,
  UNITS,
  url,
  wholeNumber,
} from './values';

/** The token of the simulator: public, and worth nothing. */
export const SIMULATOR_TOKEN = 'simulator';

export type Mode = 'rehearsal' | 'production';

/**
 * The settings of every role that the environment holds, read and checked. Pure data; nothing in it has been
 * contacted. With the files that it names it makes up the `Settings`.
 */
export interface Config {
  mode: Mode;
  syncIntervalMs: number;
  pollIntervalMs: number;
  attentionAfterMs: number;
  /** How long the mail of a series waits for performances that lag behind. */
  seriesNoticeAfterMs: number;
  /** `null`: the sample houses. */
  housesFile: string | null;
  jet: { url: string; token: string; timeoutMs: number; ratePerSecond: number; concurrency: number };
  /** `name` is said in EHLO. `rehearsalTo` replaces all recipients in rehearsal. */
  smtp: { server: SmtpSettings; name: string; rehearsalTo: string | null };
  databaseUrl: string;
  /** Who owns the tables in PostgreSQL, for the commands that make them; `null`: whoever `databaseUrl` names. */
  databaseOwnerUrl: string | null;
  /** What this build of the worker is called in Temporal; `null`: workers take every run, whatever build began it; `''`: not said. */
  buildId: string | null;
  /** Before it begins to work, a worker or server switches writes off where they are on. */
  areWritesOffAtStart: boolean;
  apiTokensFile: string | null;
  /** `null`: people do not log in with an account of their organisation. */
  oidc: OidcSettings | null;
  /** `null`: what Temporal keeps is not encrypted, which only a rehearsal allows. */
  payloadKeysFile: string | null;
  /** What API and workers prove to each other with; `null`: one of the data folder. */
  sealKeyFile: string | null;
  /** What the lines of the journal are signed with; `null`: one of the data folder. */
  signingKeyFile: string | null;
  limits: LimitSettings;
  /** How long a log-in lasts without anything that the person does, and at most. */
  session: { idleMs: number; maxMs: number };
  /** Addresses of proxies that are believed whom they pass on. */
  trustedProxies: readonly string[];
  dataDir: string;
  host: string;
  port: number;
  ports: {
    simulator: number;
    mail: number;
    mailUi: number;
    temporal: number;
    temporalHttp: number;
    temporalUi: number;
    sampleLogIn: number;
  };
  /** Where this process shows its metrics; `port` `null`: nowhere. */
  metrics: { host: string; port: number | null };
  temporalUiUrl: string;
  /** Production starts Temporal's development server only on demand: nobody logs in there. */
  mayEmbedTemporal: boolean;
  /** Where people reach the console, for links in mails; without a slash at its end. */
  publicUrl: string;
  /** Where to report a weakness of this installation, as a URI; `null`: to the project. */
  securityContact: string | null;
}

/** One message that lists every faulty setting, in German, never a value of a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(`Die Einstellungen sind fehlerhaft:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every setting that the environment may hold. */
const VARIABLES = z.object({
  ABSAGE_MODE: z.enum(['rehearsal', 'production'], 'kennt nur rehearsal und production').default('rehearsal'),
  ABSAGE_SYNC_INTERVAL: duration.default(15 * UNITS.m),
  ABSAGE_POLL_INTERVAL: duration.optional(),
  ABSAGE_ATTENTION_AFTER: duration.optional(),
  ABSAGE_SERIES_NOTICE_AFTER: duration.optional(),
  ABSAGE_HOUSES: z.string().optional(),
  ABSAGE_JET_URL: baseUrl.optional(),
  ABSAGE_JET_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'braucht ein Token aus sichtbaren ASCII-Zeichen')
    .optional(),
  ABSAGE_JET_TIMEOUT: duration.default(8_000),
  ABSAGE_JET_RATE: wholeNumber(1, 10_000).optional(),
  ABSAGE_JET_CONCURRENCY: wholeNumber(1, 1_000).optional(),
  ABSAGE_SMTP_URL: smtpUrl.optional(),
  ABSAGE_SMTP_NAME: greetingName.optional(),
  ABSAGE_REHEARSAL_MAIL_TO: mailbox.optional(),
  ABSAGE_DATABASE_URL: databaseUrl.optional(),
  ABSAGE_DATABASE_OWNER_URL: postgresUrl.optional(),
  ABSAGE_WORKER_VERSIONING: z.enum(['on', 'off'], 'kennt nur on und off').default('off'),
  ABSAGE_BUILD_ID: buildId.optional(),
  ABSAGE_WRITES: z.literal('off', 'kennt nur off: eingeschaltet wird mit absage writes on').optional(),
  ABSAGE_API_TOKENS_FILE: z.string().optional(),
  ABSAGE_PAYLOAD_KEYS_FILE: z.string().optional(),
  ABSAGE_SEAL_KEY_FILE: z.string().optional(),
  ABSAGE_SIGNING_KEY_FILE: z.string().optional(),
  ABSAGE_SESSION_IDLE: duration.default(2 * UNITS.h),
  ABSAGE_SESSION_MAX: duration.default(12 * UNITS.h),
  ABSAGE_TRUSTED_PROXIES: addresses.default([]),
  ABSAGE_DATA: z.string().default('./data'),
  ABSAGE_HOST: z.string().default('127.0.0.1'),
  ABSAGE_PORT: port.default(8080),
  ABSAGE_PUBLIC_URL: origin.optional(),
  // `absage up` gives its worker the next one.
  ABSAGE_METRICS_PORT: wholeNumber(1, 65_534).optional(),
  ABSAGE_METRICS_HOST: z.string().default('127.0.0.1'),
  ABSAGE_SECURITY_CONTACT: contactUri.optional(),
  ABSAGE_SIMULATOR_PORT: port.default(8091),
  ABSAGE_MAIL_PORT: port.default(8025),
  ABSAGE_MAIL_UI_PORT: port.default(8026),
  ABSAGE_SAMPLE_LOGIN_PORT: port.default(8027),
  ABSAGE_TEMPORAL_PORT: port.default(7233),
  ABSAGE_TEMPORAL_HTTP_PORT: port.default(7243),
  ABSAGE_TEMPORAL_UI_PORT: port.default(8233),
  ABSAGE_EMBEDDED_TEMPORAL: z.enum(['yes', 'no'], 'kennt nur yes und no').default('no'),
  ABSAGE_TEMPORAL_UI_URL: url('http:', 'https:').optional(),
  ...OIDC_VARIABLES,
  ...LIMIT_VARIABLES,
  ABSAGE_LOG_LEVEL: z.enum(LOG_LEVELS, `kennt nur ${LOG_LEVELS.join(', ')}`).optional(),
});

/** Every setting. Each may also be given as `NAME_FILE`. */
export const SETTING_NAMES: readonly string[] = Object.keys(VARIABLES.shape);

/** Names of the commands that are clients of the API; no settings of a role. */
const CLIENT_NAMES: readonly string[] = ['ABSAGE_URL', 'ABSAGE_ACTOR', 'ABSAGE_TOKEN', 'ABSAGE_TOKEN_FILE'];

/** What production does not start without, and why; each part asks for what is its own. A rehearsal has all of it. */
const NEEDED_IN_PRODUCTION = {
  ABSAGE_API_TOKENS_FILE: 'ohne Anmeldung dürfte jeder absagen (absage tokens create macht ein Token)',
  ABSAGE_HOUSES: 'die Beispielhäuser gelten nur im Probebetrieb',
  ABSAGE_JET_URL: 'den Simulator gibt es nur im Probebetrieb',
  ABSAGE_JET_TOKEN: 'das Gateway verlangt ein Token',
  ABSAGE_SMTP_URL: 'den E-Mail-Fänger gibt es nur im Probebetrieb',
  ABSAGE_PAYLOAD_KEYS_FILE:
    'in Temporal stünden Hinweise und Kontaktdaten unverschlüsselt (absage keys create DATEI macht die Schlüssel)',
  ABSAGE_SEAL_KEY_FILE:
    'wer Temporal erreicht, könnte sonst unter jedem Namen absagen (absage keys create DATEI macht den Schlüssel)',
  ABSAGE_SIGNING_KEY_FILE:
    'ohne Unterschrift könnte jeder, der die Datenbank erreicht, das Logbuch neu schreiben (absage keys create-signing DATEI macht den Schlüssel)',
} as const;

/** The variables of a process, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads all settings at once. A faulty one never falls back: throws a `ConfigError` that lists every fault.
 *
 * @example loadConfig({ ABSAGE_SYNC_INTERVAL: '20s' }).syncIntervalMs // 20000
 */
export function loadConfig(
  environment: Environment,
  readFile: (path: string) => string = readTextFile,
): Config {
  const { config, faults } = inspectConfig(environment, readFile);
  if (!config || faults.length > 0) throw new ConfigError(faults);
  return config;
}

/**
 * As `loadConfig`, for a caller that goes on with what there is. `null`: a setting cannot be read. A config with faults:
 * each setting can be read, but they are not complete, or do not go together. A `part` does without what is not for it.
 */
export function inspectConfig(
  environment: Environment,
  readFile: (path: string) => string = readTextFile,
  part: PartName | null = null,
): { config: Config | null; faults: string[] } {
  const faults: string[] = [];
  const given = collectGiven(environment, readFile, faults, part);
  const parsed = VARIABLES.safeParse(given);
  const isGiven = (name: string) => given[name] !== undefined || Boolean(environment[`${name}_FILE`]);
  const gaps = part === null || isFor(part, 'ABSAGE_OIDC_ISSUER') ? findOidcGaps(isGiven) : [];
  if (given.ABSAGE_MODE === 'production')
    gaps.push(...findGaps(given, isGiven, part), ...findBlindTrust(environment));
  for (const { path, message } of parsed.error?.issues ?? []) faults.push(`${path.join('.')} ${message}`);
  if (!parsed.success || faults.length > 0) return { config: null, faults: [...faults, ...gaps] };

  const config = toConfig(parsed.data);
  const nameless = part === 'worker' ? findNamelessBuild(config) : [];
  return { config, faults: [...gaps, ...findContradictions(config), ...nameless] };
}

/** What production lacks. A file that cannot be read has been reported already. */
function findGaps(
  given: Readonly<Record<string, string>>,
  isGiven: (name: string) => boolean,
  part: PartName | null,
): string[] {
  const gaps = Object.entries(NEEDED_IN_PRODUCTION)
    .filter(([name]) => part === null || isFor(part, name))
    .filter(
      ([name]) => !isGiven(name) && !(name === 'ABSAGE_API_TOKENS_FILE' && isGiven('ABSAGE_OIDC_ISSUER')),
    )
    .map(([name, reason]) => `${name} fehlt: ${reason}`);
  if (given.ABSAGE_JET_TOKEN !== SIMULATOR_TOKEN) return gaps;
  return [...gaps, 'ABSAGE_JET_TOKEN ist das Token des Simulators, production braucht ein eigenes'];
}

/** What a part does not need it does not read either, however it was started: a fault in there is another part's. */
function collectGiven(
  environment: Environment,
  readFile: (path: string) => string,
  faults: string[],
  part: PartName | null,
) {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('ABSAGE_') || value === undefined || value === '') continue;
    const isFile = !SETTING_NAMES.includes(name) && name.endsWith('_FILE');
    const setting = isFile ? name.slice(0, -'_FILE'.length) : name;
    if (!SETTING_NAMES.includes(setting)) {
      const meant = CLIENT_NAMES.includes(name) ? undefined : findMeantName(setting);
      if (meant) faults.push(`${name} ist keine Einstellung. Ist ${meant} gemeint?`);
      continue;
    }
    if (part !== null && !isFor(part, setting)) continue;
    if (given[setting] !== undefined)
      faults.push(`${setting} ist zweimal angegeben, auch als ${setting}_FILE`);
    try {
      given[setting] = isFile ? readFile(value).trim() : value;
    } catch (error) {
      faults.push(
        error instanceof NotUtf8
          ? `${name} nennt eine Datei, und die ${error.message}`
          : `${name} nennt eine Datei, die nicht gelesen werden kann`,
      );
    }
  }
  return given;
}

/** The setting that a name is a slip of: a few letters off, or some of its words. Anything else is not our business. */
function findMeantName(name: string): string | undefined {
  const [, ...words] = name.split('_');
  const mayDiffer = Math.max(1, Math.floor(words.join('_').length / 4));
  const bySpelling = SETTING_NAMES.find((known) => countEdits(name, known) <= mayDiffer);
  return bySpelling ?? SETTING_NAMES.find((known) => words.every((word) => known.split('_').includes(word)));
}

/** Levenshtein's distance: how many letters to add, drop or replace. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function toConfig(settings: z.output<typeof VARIABLES>): Config {
  const isRehearsal = settings.ABSAGE_MODE === 'rehearsal';
  const dataDir = resolve(settings.ABSAGE_DATA);
  const ports = {
    simulator: settings.ABSAGE_SIMULATOR_PORT,
    mail: settings.ABSAGE_MAIL_PORT,
    mailUi: settings.ABSAGE_MAIL_UI_PORT,
    temporal: settings.ABSAGE_TEMPORAL_PORT,
    temporalHttp: settings.ABSAGE_TEMPORAL_HTTP_PORT,
    temporalUi: settings.ABSAGE_TEMPORAL_UI_PORT,
    sampleLogIn: settings.ABSAGE_SAMPLE_LOGIN_PORT,
  };
  const host = withoutBrackets(settings.ABSAGE_HOST);
  return {
    mode: settings.ABSAGE_MODE,
    syncIntervalMs: settings.ABSAGE_SYNC_INTERVAL,
    pollIntervalMs: settings.ABSAGE_POLL_INTERVAL ?? (isRehearsal ? 2_000 : 30_000),
    seriesNoticeAfterMs: settings.ABSAGE_SERIES_NOTICE_AFTER ?? (isRehearsal ? 60_000 : 30 * UNITS.m),
    attentionAfterMs: settings.ABSAGE_ATTENTION_AFTER ?? (isRehearsal ? 60_000 : 30 * UNITS.m),
    housesFile: settings.ABSAGE_HOUSES ? resolve(settings.ABSAGE_HOUSES) : null,
    jet: {
      url: withoutSlash(settings.ABSAGE_JET_URL ?? `http://127.0.0.1:${ports.simulator}/jet/v1`),
      token: settings.ABSAGE_JET_TOKEN ?? SIMULATOR_TOKEN,
      timeoutMs: settings.ABSAGE_JET_TIMEOUT,
      ratePerSecond: settings.ABSAGE_JET_RATE ?? (isRehearsal ? 50 : 1),
      concurrency: settings.ABSAGE_JET_CONCURRENCY ?? (isRehearsal ? 4 : 1),
    },
    smtp: {
      server: settings.ABSAGE_SMTP_URL ?? readSmtpUrl(`smtp://127.0.0.1:${ports.mail}`),
      name: settings.ABSAGE_SMTP_NAME ?? greetingNameOf(settings.ABSAGE_PUBLIC_URL),
      rehearsalTo: settings.ABSAGE_REHEARSAL_MAIL_TO ?? null,
    },
    databaseUrl: settings.ABSAGE_DATABASE_URL ?? pathToFileURL(resolve(dataDir, 'journal.sqlite')).href,
    databaseOwnerUrl: settings.ABSAGE_DATABASE_OWNER_URL ?? null,
    areWritesOffAtStart: settings.ABSAGE_WRITES === 'off',
    buildId: settings.ABSAGE_WORKER_VERSIONING === 'on' ? (settings.ABSAGE_BUILD_ID ?? '') : null,
    apiTokensFile: settings.ABSAGE_API_TOKENS_FILE ?? null,
    oidc: oidcOf(settings),
    payloadKeysFile: settings.ABSAGE_PAYLOAD_KEYS_FILE ?? null,
    sealKeyFile: settings.ABSAGE_SEAL_KEY_FILE ?? null,
    signingKeyFile: settings.ABSAGE_SIGNING_KEY_FILE ?? null,
    limits: limitsOf(settings),
    session: { idleMs: settings.ABSAGE_SESSION_IDLE, maxMs: settings.ABSAGE_SESSION_MAX },
    trustedProxies: settings.ABSAGE_TRUSTED_PROXIES,
    dataDir,
    host,
    port: settings.ABSAGE_PORT,
    ports,
    metrics: {
      host: withoutBrackets(settings.ABSAGE_METRICS_HOST),
      port: settings.ABSAGE_METRICS_PORT ?? null,
    },
    mayEmbedTemporal: settings.ABSAGE_MODE === 'rehearsal' || settings.ABSAGE_EMBEDDED_TEMPORAL === 'yes',
    temporalUiUrl: withoutSlash(settings.ABSAGE_TEMPORAL_UI_URL ?? `http://127.0.0.1:${ports.temporalUi}`),
    securityContact: settings.ABSAGE_SECURITY_CONTACT ?? null,
    publicUrl: withoutSlash(settings.ABSAGE_PUBLIC_URL ?? addressOf(host, settings.ABSAGE_PORT)),
  };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

/** Where a server of ours is reached: one that listens on every address is reached on this machine. */
export function addressOf(host: string, port: number): string {
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
}

/** Asked of whoever starts a worker, and of nobody else: its unit names the build, and the other settings are shared. */
export function findNamelessBuild({ buildId }: Pick<Config, 'buildId'>): string[] {
  return buildId === ''
    ? ['ABSAGE_BUILD_ID fehlt: mit ABSAGE_WORKER_VERSIONING=on braucht jede Version einen Namen']
    : [];
}

function findContradictions(config: Config): string[] {
  const contradictions: string[] = [];
  if (config.mode === 'production') contradictions.push(...findOpenWires(config));
  const isSmtpRemote = !isLoopback(config.smtp.server.host);
  if (config.mode === 'production' && config.syncIntervalMs < SYNC_INTERVAL_FLOOR_MS) {
    contradictions.push('ABSAGE_SYNC_INTERVAL muss in production mindestens 15m sein');
  }
  if (config.session.idleMs > config.session.maxMs) {
    contradictions.push('ABSAGE_SESSION_IDLE darf nicht länger sein als ABSAGE_SESSION_MAX');
  }
  if (config.mode === 'rehearsal' && isSmtpRemote && config.smtp.rehearsalTo === null) {
    contradictions.push(
      'ABSAGE_REHEARSAL_MAIL_TO fehlt: im Probebetrieb mit einem echten Mailserver gehen alle E-Mails nur dorthin',
    );
  }
  if (config.mode === 'rehearsal' && !isLoopback(config.host)) {
    contradictions.push(
      'ABSAGE_HOST muss im Probebetrieb eine Adresse dieses Rechners sein, z. B. 127.0.0.1',
    );
  }
  return contradictions;
}
