import { isLoopback } from '../domain/loopback';
import { SIMULATOR_TOKEN, type Config } from './environment';

/** The simulator and the embedded mail catcher: on this machine, each address without a path. */
export interface TrainingSettings {
  simulatorUrl: string;
  /** A gateway that is no simulator refuses it. */
  simulatorToken: string;
  /** `null`: Absage sends its mail elsewhere. */
  mailUiUrl: string | null;
}

/**
 * Where a rehearsal can be disturbed on purpose; `null`: in production, and with a Jet that is not on this machine.
 * That it is the simulator indeed is asked when it matters: it may start later, and something else may come in its place.
 */
export function findTraining({
  mode,
  jet,
  smtp,
  ports,
}: Pick<Config, 'mode' | 'jet' | 'smtp' | 'ports'>): TrainingSettings | null {
  const { protocol, hostname, pathname, origin } = new URL(jet.url);
  const isLocal = protocol === 'http:' && isLoopback(hostname) && pathname === '/jet/v1';
  if (mode !== 'rehearsal' || !isLocal) return null;
  const isCatcher = isLoopback(smtp.server.host) && smtp.server.port === ports.mail;
  return {
    simulatorUrl: origin,
    simulatorToken: SIMULATOR_TOKEN,
    mailUiUrl: isCatcher ? `http://127.0.0.1:${ports.mailUi}` : null,
  };
}
