import { findMissingPrograms } from '../../scripts/cluster/temporal-programs';

const HOW =
  'npm run test:cluster runs it. The first time that builds Temporal’s server, which takes about seven minutes.';

/**
 * `describe` where the cluster's tests were asked for. Otherwise it skips them, and says so: a suite that is passed over in
 * silence is taken for one that holds.
 */
export function describeCluster(title: string, tests: () => void): void {
  if (process.env.CLUSTER_TESTS) return describe(title, tests);
  const why = findMissingPrograms() ?? 'they take minutes, and all of this machine';
  process.stderr.write(
    `\nSKIPPED, the real cluster (${title}): CLUSTER_TESTS is not set (${why}).\n${HOW}\n\n`,
  );
  describe.skip(title, tests);
}
