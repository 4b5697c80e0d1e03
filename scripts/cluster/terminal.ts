import { join } from 'node:path';
import type { Death, Part } from '../../src/up/part';
import { HOST, TEMPORAL_ROLES, type ClusterPlan } from './plan';
import type { Proxy } from './proxy';

/** Writes to the person at the terminal. Everything else goes to the logs. */
export function say(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** `ready` stands alone in the last line, because programs wait for that line. */
export function showReady(
  { ports, folder, address, environment, environmentFile }: ClusterPlan,
  { certificateFile }: Proxy,
): void {
  const local = (port: number) => `http://${HOST}:${port}`;
  const rows: [string, string][] = [
    ['Konsole', `${address} (Proxy mit HTTP/2; das Zertifikat ist selbst gemacht)`],
    ['API 1, API 2', `${local(ports['server-1'])}, ${local(ports['server-2'])}`],
    ['Worker', 'zwei'],
    ['Temporal', TEMPORAL_ROLES.map((role) => `${role} ${ports[role]}`).join(', ')],
    ['PostgreSQL', `${HOST}:${ports.postgres}`],
    ['Logbuch', withoutPassword(environment.ABSAGE_DATABASE_URL ?? '')],
    ['E-Mails', local(ports['mail-page'])],
    ['Simulator', local(ports.simulator)],
    ['Ordner', folder],
    ['Prozesse', `${join(folder, 'up.json')} nennt jeden mit seiner Nummer`],
  ];
  say(
    '',
    'Absage läuft als Cluster im Probebetrieb: E-Mails tragen [PROBE].',
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(16)} ${value}`),
    '',
    'Zum Ausprobieren:',
    `  export ABSAGE_URL=${address} NODE_EXTRA_CA_CERTS=${certificateFile}`,
    '  npm run -s absage -- list',
    `  node --env-file=${environmentFile} dist/cli.js doctor`,
    `  node --env-file=${environmentFile} dist/cli.js demo`,
    '',
    'ready',
  );
}

export function showDeath(part: Part, { cause, pauseMs, logFile }: Death): void {
  const pause = (pauseMs / 1_000).toLocaleString('de-AT');
  say(`${part.title} ist ausgefallen (${cause}) und wird in ${pause} s neu gestartet. Mehr in ${logFile}`);
}

export function showRecovery({ title }: Part): void {
  say(`${title} läuft wieder.`);
}

export function showUnusable({ title }: Part, { logFile }: Death): void {
  say(`${title} kann mit diesen Einstellungen nicht laufen, der Cluster endet. Mehr in ${logFile}`);
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}
