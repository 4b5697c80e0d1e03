import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';

/**
 * For what a schedule runs: no case depends on how it goes on, so it need not keep an older version of the worker alive. Only a
 * worker with a version may say so: Temporal refuses each task of one without.
 */
export function upgradeByItself(workflow: () => Promise<unknown>): void {
  setWorkflowOptions(
    () =>
      workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'AUTO_UPGRADE' } : {},
    workflow,
  );
}
