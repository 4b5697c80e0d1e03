import { join, resolve } from 'node:path';
import { askGatewayKind } from '../jet/gateway-kind';
import {
  ConfigError,
  findNamelessBuild,
  SIMULATOR_TOKEN,
  type Config,
  type Environment,
} from '../settings/environment';
import { requireFittingGateway } from '../settings/gateway';
import { findFetchProxy, type Proxy } from '../settings/proxy';
import { inspectSettings, loadSettings, type Settings } from '../settings/settings';
import { workerMetricsPort, type PortClaim } from './ports';
import { prepareSampleLogIn, type SampleLogIn } from './sample-log-in';
import { findTemporal } from './temporal-cli';

const LOOPBACK = '127.0.0.1';
const REHEARSAL_SYNC_INTERVAL = '20s';

/** The parts that `absage up` starts, and the addresses of those that it only uses. */
export interface Stack {
  config: Config;
  /** The environment of the roles. */
  environment: NodeJS.ProcessEnv;
  /** `null`: a Temporal address is configured, so that server is used and none is started. */
  temporal: { executable: string; databaseFile: string } | null;
  hasSimulator: boolean;
  hasMailCatcher: boolean;
  /** `null`: no sample log-in is wanted. */
  logIn: SampleLogIn | null;
  ports: PortClaim[];
  /** On the way to the configured Temporal server, and to the configured gateway. */
  proxies: { temporal: Proxy | null; gateway: Proxy | null };
  /** `false`: the configured gateway did not answer, or did not say what it is. */
  isGatewayHeard: boolean;
}

/**
 * Decides from the settings. Rejects with a `ConfigError` that lists every fault, including settings that do not fit
 * what the gateway says of itself.
 */
export async function planStack(
  environment: Environment,
  findExecutable: (environment: Environment) => Promise<string> = findTemporal,
  { withLogIn }: { withLogIn: boolean } = { withLogIn: false },
): Promise<Stack> {
  const isGiven = (name: string) => Boolean(environment[name] || environment[`${name}_FILE`]);
  const isTemporalGiven = Boolean(environment.TEMPORAL_ADDRESS);
  const settings = isTemporalGiven ? { ...environment } : withoutTemporal(environment);
  const logIn = withLogIn ? prepareSampleLogIn(environment) : null;
  Object.assign(settings, logIn?.settings);

  const { config: given, temporal } = loadGiven(settings, environment);
  const hasSimulator = !isGiven('ABSAGE_JET_URL');
  const { isSimulator } = hasSimulator
    ? { isSimulator: true }
    : await askGatewayKind(given.jet, SIMULATOR_TOKEN);
  requireFittingGateway(given, isSimulator);
  const mayHurry = given.mode === 'rehearsal' && !isGiven('ABSAGE_SYNC_INTERVAL');
  // A gateway that does not answer gets the real interval.
  if (mayHurry && isSimulator) settings.ABSAGE_SYNC_INTERVAL = REHEARSAL_SYNC_INTERVAL;
  const { config } = loadSettings(settings);
  if (!isTemporalGiven) {
    settings.TEMPORAL_ADDRESS = `${LOOPBACK}:${config.ports.temporal}`;
    settings.TEMPORAL_CONFIG_FILE = ownProfile(config.dataDir);
  }
  const hasMailCatcher = !isGiven('ABSAGE_SMTP_URL');
  return {
    config,
    environment: { ...settings, ABSAGE_DATA: config.dataDir },
    temporal: isTemporalGiven
      ? null
      : {
          executable: await findExecutable(environment),
          databaseFile: join(config.dataDir, 'temporal.sqlite'),
        },
    hasSimulator,
    hasMailCatcher,
    logIn,
    ports: claimPorts(config, {
      hasLogIn: logIn !== null,
      hasTemporal: !isTemporalGiven,
      hasTemporalUi: config.mode === 'rehearsal',
      hasSimulator,
      hasMailCatcher,
    }),
    proxies: {
      temporal: (isTemporalGiven && temporal.proxy) || null,
      gateway: findFetchProxy(config.jet.url, environment),
    },
    isGatewayHeard: isSimulator !== null,
  };
}

const NOT_EMBEDDED =
  'TEMPORAL_ADDRESS fehlt: im Echtbetrieb gehört Absage an einen eigenen Temporal-Server. Seinen Entwicklungsserver, an dem sich niemand anmelden muss, startet Absage nur mit ABSAGE_EMBEDDED_TEMPORAL=yes, für eine Installation auf einem einzigen Rechner, den sonst niemand benutzt';

/** These say where Temporal's own tools are. They name no server. */
const TOOL_NAMES = ['TEMPORAL_CLI_PATH', 'TEMPORAL_TEST_SERVER_PATH'];

/** As `loadSettings`; what only `absage up` asks for stands in the same message. */
function loadGiven(settings: Environment, environment: Environment): Pick<Settings, 'config' | 'temporal'> {
  const { config, temporal, faults } = inspectSettings(settings);
  if (config) faults.push(...findNamelessBuild(config));
  if (config?.mode === 'production' && !environment.TEMPORAL_ADDRESS)
    faults.push(...findServerFaults(config, environment));
  if (!config || !temporal || faults.length > 0) throw new ConfigError(faults);
  return { config, temporal };
}

/**
 * Only an address keeps the dev server from being started. An administrator who set up a profile or a key means
 * another server: cancellations would then run where the administrator does not look for them.
 */
function findServerFaults({ mayEmbedTemporal }: Config, environment: Environment): string[] {
  const names = Object.keys(environment).filter(
    (name) => name.startsWith('TEMPORAL_') && environment[name] && !TOOL_NAMES.includes(name),
  );
  if (names.length > 0)
    return [`TEMPORAL_ADDRESS fehlt: ${names.join(', ')} nennt einen Temporal-Server, aber nicht, wo er ist`];
  return mayEmbedTemporal ? [] : [NOT_EMBEDDED];
}

/**
 * Our own server has no log-in, so certificates and keys of another server would not fit it. The
 * profile in the user's home, which may lead to a cluster, is not read either.
 */
function withoutTemporal(environment: Environment): Record<string, string | undefined> {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return {
    ...Object.fromEntries(others),
    TEMPORAL_CONFIG_FILE: ownProfile(environment.ABSAGE_DATA || 'data'),
  };
}

/** A file that usually does not exist, in the place of the one in the user's home. */
function ownProfile(dataDir: string): string {
  return join(resolve(dataDir), 'temporal.toml');
}

function claimPorts(
  { host, port, ports, metrics }: Config,
  {
    hasTemporal,
    hasSimulator,
    hasMailCatcher,
    hasTemporalUi,
    hasLogIn,
  }: Record<'hasTemporal' | 'hasSimulator' | 'hasMailCatcher' | 'hasTemporalUi' | 'hasLogIn', boolean>,
): PortClaim[] {
  const claim = (setting: string, part: string, number: number) => ({
    setting,
    part,
    host: LOOPBACK,
    port: number,
  });
  return [
    { setting: 'ABSAGE_PORT', part: 'die API', host, port },
    ...claimMetrics(metrics),
    hasSimulator && claim('ABSAGE_SIMULATOR_PORT', 'den Simulator', ports.simulator),
    hasMailCatcher && claim('ABSAGE_MAIL_PORT', 'den E-Mail-Fänger', ports.mail),
    hasMailCatcher && claim('ABSAGE_MAIL_UI_PORT', 'die Seite der E-Mails', ports.mailUi),
    hasLogIn && claim('ABSAGE_SAMPLE_LOGIN_PORT', 'die Anmeldung zum Üben', ports.sampleLogIn),
    hasTemporal && claim('ABSAGE_TEMPORAL_PORT', 'Temporal', ports.temporal),
    hasTemporal &&
      claim('ABSAGE_TEMPORAL_HTTP_PORT', 'die HTTP-Schnittstelle von Temporal', ports.temporalHttp),
    hasTemporal &&
      hasTemporalUi &&
      claim('ABSAGE_TEMPORAL_UI_PORT', 'die Web UI von Temporal', ports.temporalUi),
  ].filter((entry) => entry !== false);
}

function claimMetrics({ host, port }: Config['metrics']): PortClaim[] {
  if (port === null) return [];
  const claim = (part: string, number: number) => ({
    setting: 'ABSAGE_METRICS_PORT',
    part,
    host,
    port: number,
  });
  return [claim('die Messwerte der API', port), claim('die Messwerte des Workers', workerMetricsPort(port))];
}
