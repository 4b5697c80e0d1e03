/** What `absage up` starts: our roles, and Temporal's server. */
export const PARTS = ['worker', 'server', 'simulator', 'mail-catcher', 'sample-log-in', 'temporal'] as const;
export type PartName = (typeof PARTS)[number];

/** Where things are and how much is said. Holds no secret. */
const COMMON = [
  'ABSAGE_MODE',
  'ABSAGE_DATA',
  'ABSAGE_HOST',
  'ABSAGE_PORT',
  'ABSAGE_PUBLIC_URL',
  'ABSAGE_SIMULATOR_PORT',
  'ABSAGE_MAIL_PORT',
  'ABSAGE_MAIL_UI_PORT',
  'ABSAGE_SAMPLE_LOGIN_PORT',
  'ABSAGE_TEMPORAL_PORT',
  'ABSAGE_TEMPORAL_HTTP_PORT',
  'ABSAGE_TEMPORAL_UI_PORT',
  'ABSAGE_EMBEDDED_TEMPORAL',
  'ABSAGE_LOG_LEVEL',
];

/** What a case is made of, and where it is kept. */
const CASES = [
  'ABSAGE_SYNC_INTERVAL',
  'ABSAGE_POLL_INTERVAL',
  'ABSAGE_ATTENTION_AFTER',
  'ABSAGE_SERIES_NOTICE_AFTER',
  'ABSAGE_HOUSES',
  'ABSAGE_JET_URL',
  'ABSAGE_JET_TIMEOUT',
  'ABSAGE_SMTP_URL',
  'ABSAGE_REHEARSAL_MAIL_TO',
  'ABSAGE_DATABASE_URL',
  'ABSAGE_WRITES',
];

/** Where a process shows its metrics. */
const METRICS = ['ABSAGE_METRICS_PORT', 'ABSAGE_METRICS_HOST'];

/**
 * The settings that each part gets, and no others: what one of them gives away, through a fault or to a program of
 * somebody else, holds no secret of another one. The server is told of the mail server without its password.
 */
const SETTINGS: Record<PartName, readonly string[]> = {
  worker: [
    ...COMMON,
    ...CASES,
    ...METRICS,
    'ABSAGE_JET_TOKEN',
    'ABSAGE_JET_RATE',
    'ABSAGE_JET_CONCURRENCY',
    'ABSAGE_LIMIT_CHECKS',
    'ABSAGE_WORKER_VERSIONING',
    'ABSAGE_BUILD_ID',
    'ABSAGE_SMTP_NAME',
    'ABSAGE_PAYLOAD_KEYS_FILE',
    'ABSAGE_SEAL_KEY_FILE',
    'ABSAGE_SIGNING_KEY_FILE',
  ],
  server: [
    ...COMMON,
    ...CASES,
    ...METRICS,
    'ABSAGE_API_TOKENS_FILE',
    'ABSAGE_OIDC_ISSUER',
    'ABSAGE_OIDC_CLIENT_ID',
    'ABSAGE_OIDC_CLIENT_SECRET',
    'ABSAGE_OIDC_ROLES_CLAIM',
    'ABSAGE_OIDC_SCOPE',
    'ABSAGE_PEOPLE',
    'ABSAGE_PAYLOAD_KEYS_FILE',
    'ABSAGE_SEAL_KEY_FILE',
    'ABSAGE_SIGNING_KEY_FILE',
    'ABSAGE_LIMIT_ORDERS',
    'ABSAGE_LIMIT_PLANS',
    'ABSAGE_LIMIT_SEARCHES',
    'ABSAGE_LIMIT_PDFS',
    'ABSAGE_SESSION_IDLE',
    'ABSAGE_SESSION_MAX',
    'ABSAGE_TRUSTED_PROXIES',
    'ABSAGE_SECURITY_CONTACT',
    'ABSAGE_TEMPORAL_UI_URL',
  ],
  simulator: [...COMMON, 'ABSAGE_SYNC_INTERVAL'],
  'mail-catcher': COMMON,
  'sample-log-in': [...COMMON, 'ABSAGE_HOUSES'],
  temporal: [],
};

/** What programs need of the machine that they run on: where things lie, language, time zone, memory, certificates. */
const MACHINE =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TZDIR|TMPDIR|TMP|TEMP|LD_LIBRARY_PATH|LD_PRELOAD|DYLD_LIBRARY_PATH|MALLOC_\w+|SSL_CERT_FILE|SSL_CERT_DIR|OPENSSL_CONF|XDG_CONFIG_HOME|SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|HOMEDRIVE|HOMEPATH|ProgramData|NUMBER_OF_PROCESSORS)$/i;

const NODE =
  /^(NODE_OPTIONS|NODE_ENV|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|NODE_USE_ENV_PROXY|NODE_TLS_REJECT_UNAUTHORIZED|NODE_NO_WARNINGS|NODE_V8_COVERAGE|NODE_ICU_DATA|UV_THREADPOOL_SIZE)$/;

const GO = /^(GOMAXPROCS|GOMEMLIMIT|GOGC|GODEBUG|GOTRACEBACK)$/;

/** Addresses beyond this machine, with their keys: Temporal, the way there through a proxy, and where traces go. */
const NETWORK = /^(TEMPORAL_\w+|OTEL_\w+|(no_)?grpc_proxy|(https?|all|no)_proxy|RUST_LOG|RUST_BACKTRACE)$/i;

/** What a part gets beside its settings. */
const SURROUNDINGS: Record<PartName, readonly RegExp[]> = {
  worker: [MACHINE, NODE, NETWORK],
  server: [MACHINE, NODE, NETWORK],
  simulator: [MACHINE, NODE],
  'mail-catcher': [MACHINE, NODE],
  'sample-log-in': [MACHINE, NODE],
  temporal: [MACHINE, GO],
};

/** Whether a part is to know a setting. */
export function isFor(part: PartName, setting: string): boolean {
  return SETTINGS[part].includes(setting);
}

/**
 * The variables that a part is started with. Everything that is not named here stays with `absage up`.
 *
 * @example partEnvironment('temporal', { PATH: '/bin', ABSAGE_JET_TOKEN: '…' }) // { PATH: '/bin' }
 */
export function partEnvironment(
  part: PartName,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const isWanted = (name: string) =>
    isFor(part, name) ||
    isFor(part, name.replace(/_FILE$/, '')) ||
    SURROUNDINGS[part].some((pattern) => pattern.test(name));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isWanted(name)));
}
