import { hasTemporalPrograms } from '../../scripts/cluster/temporal-programs';

/**
 * `describe` where the cluster's tests were asked for. Otherwise it skips them, and says so: a suite that is passed over in
 * silence is taken for one that holds.
 */
export function describeCluster(title: string, tests: () => void): void {
  if (process.env.CLUSTER_TESTS) return describe(title, tests);
  const build = hasTemporalPrograms(process.env)
    ? 'Temporal’s server is built already.'
    : 'The first time that builds Temporal’s server, which takes about seven minutes.';
  process.stderr.write(
    `\nSKIPPED: the real cluster (${title}). It takes minutes and all of the machine, so it runs only when it is asked for:\n` +
      `  npm run test:cluster\n${build}\n\n`,
  );
  describe.skip(title, tests);
}
