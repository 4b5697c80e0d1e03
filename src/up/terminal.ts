import { join } from 'node:path';
import { addressOf, type Config } from '../settings/environment';
import { SYNC_INTERVAL_FLOOR_MS } from '../domain/case';
import type { Death, Part } from './part';
import type { Stack } from './stack';

/** Writes to the person at the terminal. Everything else goes to the logs. */
function say(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** `ready` stands alone in the last line, because programs wait for that line. */
export function showReady(stack: Stack): void {
  const { config, hasSimulator, hasMailCatcher } = stack;
  const local = (port: number) => addressOf('127.0.0.1', port);
  const rows: [string, string][] = [
    ['Konsole', addressOf(config.host, config.port)],
    ['API', `${addressOf(config.host, config.port)}/docs`],
    ...temporalRow(stack),
    ['E-Mails', hasMailCatcher ? local(config.ports.mailUi) : given(config.smtp.server.shownUrl)],
    [
      hasSimulator ? 'Simulator' : 'Jet',
      hasSimulator ? local(config.ports.simulator) : given(config.jet.url),
    ],
    ['Datenordner', config.dataDir],
  ];
  say(
    '',
    `Absage läuft${config.mode === 'rehearsal' ? ' im Probebetrieb: E-Mails tragen [PROBE]' : ''}, ${describeWait(config)}.`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(16)} ${value}`),
    ...describeLogIn(stack),
    ...describeLimits(stack).flatMap((line) => ['', line]),
    '',
    'ready',
  );
}

/** Everybody who can log in, because this is for practice: nobody has to look for them. */
function describeLogIn({ logIn }: Stack): string[] {
  if (!logIn) return [];
  return [
    '',
    'Anmelden können sich, jeweils mit jedem Passwort, denn das ist eine Anmeldestelle zum Üben:',
    ...logIn.people.map(({ name, purpose }) => `  ${name.padEnd(26)} ${purpose}`),
  ];
}

const given = (address: string) => `${address} (nicht von hier gestartet)`;

/** In production the server of our own shows no Web UI: nobody logs in there. */
function temporalRow({ config, environment, temporal }: Stack): [string, string][] {
  if (!temporal) return [['Temporal Web UI', given(environment.TEMPORAL_ADDRESS ?? '')]];
  return config.mode === 'rehearsal' ? [['Temporal Web UI', config.temporalUiUrl]] : [];
}

const NO_ORDERS_YET =
  'Ohne Anmeldung (ABSAGE_API_TOKENS_FILE) nimmt Absage nichts an, bis es sagt, dass es ein Simulator ist. Ist es\n' +
  'ein echtes Jet, endet Absage und verlangt eine Anmeldung.';

/** The limits that the person should know before relying on this installation. */
function describeLimits({ config, temporal, proxies, isGatewayHeard }: Stack): string[] {
  const limits: string[] = [];
  if (temporal && config.mode === 'production') {
    limits.push(
      'Temporal läuft hier als Entwicklungsserver: gut für Proben und für eine kleine Installation auf einem Rechner.\n' +
        'Ein anderer Temporal-Server wird mit TEMPORAL_ADDRESS genannt.',
    );
  }
  for (const [what, proxy] of [
    ['Temporal', proxies.temporal],
    ['Das Gateway', proxies.gateway],
  ] as const)
    if (proxy) limits.push(`${what} wird über den Proxy ${proxy.address} angesprochen (aus ${proxy.name}).`);
  if (!isGatewayHeard)
    limits.push(
      'Das Gateway hat beim Start nicht geantwortet. Was fehlt, sagt absage doctor.',
      ...(config.apiTokensFile === null && config.oidc === null ? [NO_ORDERS_YET] : []),
    );
  return limits;
}

function describeWait({ syncIntervalMs }: Config): string {
  const minutes = syncIntervalMs / 60_000;
  if (syncIntervalMs >= SYNC_INTERVAL_FLOOR_MS)
    return `gewartet wird je ${minutes.toLocaleString('de-AT')} min`;
  return `gewartet wird je ${(syncIntervalMs / 1_000).toLocaleString('de-AT')} s statt 15 min`;
}

export function showOrphans(names: readonly string[]): void {
  if (names.length > 0) say(`Vom letzten Mal lief noch etwas, das nun beendet ist: ${names.join(', ')}.`);
}

export function showSlowStart(config: Config): void {
  say(`Absage ist noch nicht bereit. Was die Teile sagen, steht in ${join(config.dataDir, 'logs')}.`);
}

export function showDeath(part: Part, death: Death): void {
  const pause = (death.pauseMs / 1_000).toLocaleString('de-AT');
  say(
    `${part.title} ist ausgefallen (${death.cause}) und wird in ${pause} s neu gestartet. Mehr in ${death.logFile}`,
    ...quote(death),
  );
}

export function showRecovery(part: Part): void {
  say(`${part.title} läuft wieder.`);
}

export function showUnwritable({ dataDir }: Config, code: string): void {
  say(
    `In den Datenordner ${dataDir} kann nicht geschrieben werden (${code}): bitte Platz schaffen, oder die Rechte prüfen. Danach geht alles von selbst weiter.`,
  );
}

export function showWritable(): void {
  say('In den Datenordner kann wieder geschrieben werden.');
}

export function showUnusable(part: Part, death: Death): void {
  say(`${part.title} kann mit diesen Einstellungen nicht laufen, Absage endet.`, ...quote(death));
}

export function showFailure(error: unknown): void {
  say(`Absage kann nicht starten: ${error instanceof Error ? error.message : String(error)}`);
}

export function showStopping(): void {
  say('Absage wird beendet …');
}

export function showStopped(): void {
  say('Absage ist beendet. Laufende Absagen gehen beim nächsten Start weiter.');
}

/** The last lines of a part's log. The log is for machines, so only the message of a JSON line is shown. */
function quote({ lastLines }: Death): string[] {
  return lastLines.map((line) => `    ${readableLine(line).slice(0, 300)}`);
}

function readableLine(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [msg, err?.message].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}
