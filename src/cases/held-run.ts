import { isOpenRun, type RunRecord } from '../client';
import { TEMPORAL_TEXTS } from '../domain/wording';
import { isEnd } from '../domain/vocabulary';
import { RUN_PAUSED, type ShownStatus } from './view';

/**
 * What is known of a case, with what Temporal says of its run. A paused run cannot say so itself, and goes on only when
 * a person lifts the pause: so the case needs attention, whatever it was doing.
 */
export function asHeld(status: ShownStatus, run: RunRecord): ShownStatus {
  if (!isOpenRun(run) || isEnd(status.state)) return status;
  if (run.status === 'unknown') {
    const warning = { code: 'run-status-unknown', text: TEMPORAL_TEXTS.unknownStatus };
    return { ...status, warnings: [...status.warnings, warning] };
  }
  if (run.status !== 'paused') return status;
  const { step } = status;
  return {
    ...status,
    state: 'needs-attention',
    attention: {
      id: `paused.${run.runId}`,
      code: RUN_PAUSED,
      step,
      since: run.pausedAt ?? run.startedAt,
      text: TEMPORAL_TEXTS.paused,
      actions: [],
      choices: [],
      conflicts: [],
      task: null,
    },
    allowedActions: [],
  };
}
