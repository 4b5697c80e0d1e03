import { isLoopback } from '../domain/loopback';
import type { Config } from '../settings/environment';
import type { inspectSettings } from '../settings/settings';
import { failed, ok, warning, type Verdict } from './check';

/** Judges the environment, the houses file and the tokens file. */
export function judgeSettings({
  config,
  houses,
  tokens,
  faults,
}: ReturnType<typeof inspectSettings>): Verdict {
  if (!config || !houses || faults.length > 0) {
    const scope = config ? '' : ' und lässt sich nicht weiter prüfen';
    return { ...failed(`So startet Absage nicht${scope}, bitte berichtigen:`), details: faults };
  }
  const ways = [
    ...(config.oidc ? ['Anmeldung mit Konto'] : []),
    ...(tokens ? [`${tokens.length} Token`] : []),
  ];
  const login = ways.length > 0 ? ways.join(' und ') : 'ohne Anmeldung';
  const summary = `${modeName(config)}, ${houses.size} ${houses.size === 1 ? 'Haus' : 'Häuser'}, ${login}`;
  const openWires = findOpenWires(config);
  if (openWires.length === 0) return ok(`${summary}.`);
  return { ...warning(`${summary}. Etwas geht unverschlüsselt über das Netz:`), details: openWires };
}

function modeName({ mode }: Pick<Config, 'mode'>): string {
  return mode === 'production' ? 'Echtbetrieb' : 'Probebetrieb';
}

/** The connections on which a token crosses a network without encryption. */
function findOpenWires({ host, jet }: Config): string[] {
  const wires: string[] = [];
  if (!isLoopback(host)) {
    wires.push('ABSAGE_HOST: die API ist auch für andere Rechner offen, davor gehört ein Proxy mit HTTPS');
  }
  const { protocol, hostname } = new URL(jet.url);
  if (protocol === 'http:' && !isLoopback(hostname)) {
    wires.push('ABSAGE_JET_URL: das Token für das Gateway ist mitzulesen, besser ist https');
  }
  return wires;
}
