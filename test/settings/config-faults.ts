import { ConfigError } from '../../src/settings/environment';

/** The faults that the work reports; none where it succeeds. */
export function configFaults(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}
