import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { PartResult } from '../figures';
import type { Options } from '../options';

/** Measures the workflow bundle that a worker loads, in MB (10⁶ bytes). */
export function measureBundle({ dist }: Options): PartResult {
  const { size } = statSync(join(dist, 'workflow-bundle.js'));
  return {
    figures: [{ name: 'workflow bundle', unit: 'MB', value: size / 1e6, target: { atMost: 1.9 } }],
    details: { bytes: size },
  };
}
