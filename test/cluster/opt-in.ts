import { hasTemporalPrograms } from '../../scripts/cluster/temporal-programs';

/** What asks for each suite, and how it is asked for. */
const SUITES = { CLUSTER_TESTS: 'npm run test:cluster', CLUSTER_CHAOS: 'npm run chaos:cluster' };

/**
 * `describe` where the cluster's tests were asked for. Otherwise it skips them, and says so: a suite that is passed over in
 * silence is taken for one that holds.
 */
export function describeCluster(
  title: string,
  tests: () => void,
  suite: keyof typeof SUITES = 'CLUSTER_TESTS',
): void {
  if (process.env[suite]) return describe(title, tests);
  const build = hasTemporalPrograms(process.env)
    ? 'Temporal’s server is built already.'
    : 'The first time that builds Temporal’s server, which takes about seven minutes.';
  process.stderr.write(
    `\nSKIPPED: the real cluster (${title}), which takes minutes and all of the machine: ${SUITES[suite]}. ${build}\n\n`,
  );
  describe.skip(title, tests);
}
