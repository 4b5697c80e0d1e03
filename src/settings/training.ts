import { isLoopback, type Config } from './environment';
import type { TrainingSettings } from '../console/training/desk';

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
  const mail = new URL(smtp.url);
  const isCatcher = isLoopback(mail.hostname) && mail.port === String(ports.mail);
  return { simulatorUrl: origin, mailUiUrl: isCatcher ? `http://127.0.0.1:${ports.mailUi}` : null };
}
