import { ConfigError } from '../src/settings/environment';
import { runRole } from '../src/role';

/** A role that does what its first argument says. */
const behaviour = process.argv[2];

void runRole('worker', async () => {
  if (behaviour === 'fails') throw new Error('no paper');
  if (behaviour === 'refuses') throw new ConfigError(['the ink does not fit the paper']);
  if (behaviour === 'rejects-later') setTimeout(() => void Promise.reject(new Error('no ink')), 10);
  const interval = setInterval(() => {}, 1_000);
  return {
    async stop() {
      clearInterval(interval);
      await new Promise((resolve) => setImmediate(resolve));
      process.stdout.write('stopped\n');
    },
  };
});
