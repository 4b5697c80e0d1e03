import { printable, printableJson } from '../domain/visible';
import { SIMULATOR_TOKEN, type Config, type Environment } from '../settings/environment';
import { findFetchProxy, type Proxy } from '../settings/proxy';
import { inspectSettings, type Settings } from '../settings/settings';
import { ownKeys } from './own-keys';
import type { TemporalSettings } from '../settings/temporal';
import { carryOut, notChecked, type Check, type Finding } from './check';
import { dataFolderCheck } from './data-folder';
import { filesCheck } from './files';
import { gatewayChecks } from './gateway';
import { contractCheck } from './gateway-contract';
import { journalChecks } from './journal';
import { logInChecks } from './log-in';
import { mailCheck } from './mail';
import { describeReport, type Report } from './report';
import { judgeSettings } from './settings';
import { temporalChecks } from './temporal';
import { tokensCheck } from './tokens';

/**
 * `absage doctor`: checks everything that Absage depends on, with the settings of the roles, and changes nothing.
 * Resolves to the exit code: 0 when no check failed, otherwise 1.
 */
export async function runDoctor(environment: Environment, isJson = false): Promise<number> {
  const report = await examine(environment);
  const text = isJson ? printableJson(JSON.stringify(report, null, 2)) : printable(describeReport(report));
  process.stdout.write(`${text}\n`);
  return report.ok ? 0 : 1;
}

/** Runs every check, whatever the others find. Only without readable settings there is nothing to check. */
export async function examine(environment: Environment): Promise<Report> {
  const inspected = inspectSettings(environment);
  const { config, houses, temporal, tokens, people, faults } = inspected;
  const { checks, close } = temporal
    ? temporalChecks(temporal, isOwnServer(temporal, config))
    : { checks: [], close: () => {} };
  const settings = judgeSettings(inspected);
  try {
    const findings = await carryOut([
      { name: 'settings', label: 'Einstellungen', run: () => Promise.resolve(settings) },
      ...checks,
      ...(config ? otherChecks(config, houses, faults, findFetchProxy(config.jet.url, environment)) : []),
      ...(config ? [filesCheck(config, environment)] : []),
      ...(tokens ? [tokensCheck(tokens)] : []),
      ...(config?.oidc ? logInChecks(config.oidc, config.publicUrl, people, houses ?? new Map()) : []),
    ]);
    return {
      ok: findings.every(({ state }) => state !== 'failed'),
      mode: config?.mode ?? null,
      checks: findings.map(createConcealer(secretsOf(config, temporal))),
    };
  } finally {
    await close();
  }
}

function otherChecks(
  config: Config,
  houses: Settings['houses'] | null,
  faults: readonly string[],
  proxy: Proxy | null,
): Check[] {
  /** Skips a check whose setting production lacks: the default behind it is not worth a look. */
  const unless = (names: readonly string[], check: Check): Check => {
    const missing = names.find((name) => faults.some((fault) => fault.startsWith(`${name} fehlt`)));
    return missing ? { ...check, run: () => Promise.resolve(notChecked(`${missing} fehlt`)) } : check;
  };
  return [
    ...[...gatewayChecks(config, houses, proxy), contractCheck(config, houses)].map((check) =>
      unless(['ABSAGE_JET_URL', 'ABSAGE_JET_TOKEN'], check),
    ),
    unless(['ABSAGE_SMTP_URL'], mailCheck(config)),
    ...journalChecks(config.databaseUrl, houses, { ownKeys: ownKeys(config) }),
    dataFolderCheck(config.dataDir),
  ];
}

function isOwnServer({ connectionOptions: { address } }: TemporalSettings, config: Config | null): boolean {
  return address === `127.0.0.1:${config?.ports.temporal}`;
}

const SHORTEST_SECRET = 4;

function secretsOf(config: Config | null, temporal: TemporalSettings | null): string[] {
  const apiKey = temporal?.connectionOptions.apiKey;
  return [
    config?.jet.token,
    config?.smtp.server.credentials?.pass,
    config?.oidc?.clientSecret,
    typeof apiKey === 'string' ? apiKey : undefined,
  ]
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret.length >= SHORTEST_SECRET && secret !== SIMULATOR_TOKEN);
}

/** No check writes a secret. Should one ever quote a server that does, the secret is replaced here. */
function createConcealer(secrets: readonly string[]): (finding: Finding) => Finding {
  const conceal = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return ({ text, details, ...finding }) => ({
    ...finding,
    text: conceal(text),
    ...(details && { details: details.map(conceal) }),
  });
}
