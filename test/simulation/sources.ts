import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { join } from 'node:path';
import type { Meaning } from './models/series';
import type { Sources } from './world';
import { WorkflowSandbox } from './models/workflow-sandbox';

export interface Loaded {
  sources: Sources;
  sandbox: WorkflowSandbox;
}

export const PROJECT_SOURCES = join(__dirname, '../../src');

/** The activities and the workflows of a folder of sources: the project's own, or a copy with a fault put in. */
export async function loadSources(folder: string = PROJECT_SOURCES): Promise<Loaded> {
  const workflowsPath = join(folder, 'workflows/index.ts');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    // Evaluated once for all runs and not for each run: Absage's modules keep no state.
    preloadModules: [workflowsPath],
    logger: new DefaultLogger('ERROR'),
  });
  return { sources: await loadActivities(folder), sandbox: await WorkflowSandbox.open(code) };
}

/** Failures are recognised by their class, so the class must come from the same folder. */
export async function loadActivities(folder: string): Promise<Sources> {
  const { createActivities, createJetActivities, createWatch } = (await import(
    join(folder, 'activities/index.ts')
  )) as Sources;
  const { KnownFailure } = (await import(join(folder, 'domain/failures.ts'))) as Sources;
  const { cancellationWorkflowId } = (await import(join(folder, 'domain/input.ts'))) as Sources;
  const { createTrust } = (await import(join(folder, 'trust/trust.ts'))) as Sources;
  const { markOf } = (await import(join(folder, 'domain/case-marks.ts'))) as Meaning;
  const { itemHindrance, seriesStateOf } = (await import(join(folder, 'domain/series-lines.ts'))) as Meaning;
  return {
    meaning: { markOf, itemHindrance, seriesStateOf },
    createTrust,
    createActivities,
    createJetActivities,
    createWatch,
    KnownFailure,
    cancellationWorkflowId,
  };
}
