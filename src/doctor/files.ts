import type { Config, Environment } from '../settings/environment';
import { findReadableFiles } from '../settings/private-files';
import { ok, warning, type Check } from './check';

/** Looks at the modes of what holds secrets, names and phone numbers. Windows, which has none, is taken as it is. */
export function filesCheck(config: Config, environment: Environment): Check {
  return {
    name: 'files',
    label: 'Dateien',
    run() {
      const details = findReadableFiles(config, environment);
      if (details.length === 0)
        return Promise.resolve(ok('Geheimnisse und Daten gehören diesem Benutzer allein.'));
      return Promise.resolve({
        ...warning('Andere Benutzer dieses Rechners können lesen, was nur dieser lesen soll:'),
        details,
      });
    },
  };
}
