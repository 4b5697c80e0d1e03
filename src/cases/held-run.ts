import { isOpenRun, type RunRecord } from '../client';
import { TEMPORAL_TEXTS } from '../domain/wording';
import { isEnd } from '../domain/vocabulary';
import { heldAs, type Held, type ShownStatus } from './view';

/**
 * What is known of a case, with what Temporal says of its run. A run that is paused or stuck cannot say so itself, and goes on
 * only when a person lifts the pause or mends the cause: so the case needs attention, whatever it was doing.
 */
export function asHeld(status: ShownStatus, run: RunRecord): ShownStatus {
  if (!isOpenRun(run) || isEnd(status.state)) return status;
  if (run.status === 'unknown') {
    const warning = { code: 'run-status-unknown', text: TEMPORAL_TEXTS.unknownStatus };
    return { ...status, warnings: [...status.warnings, warning] };
  }
  const code = heldAs(run);
  if (!code) return status;
  const { step } = status;
  return {
    ...status,
    state: 'needs-attention',
    attention: {
      id: `${IDS[code]}.${run.runId}`,
      code,
      step,
      since: run.pausedAt ?? run.stuckSince ?? run.startedAt,
      text: TEXTS[code],
      actions: [],
      choices: [],
      conflicts: [],
      task: null,
    },
    allowedActions: [],
  };
}

const IDS: Record<Held, string> = {
  'run-paused': 'paused',
  'run-stuck': 'stuck',
  'run-without-workers': 'without-workers',
};

const TEXTS: Record<Held, string> = {
  'run-paused': TEMPORAL_TEXTS.paused,
  'run-stuck': TEMPORAL_TEXTS.stuck,
  'run-without-workers': TEMPORAL_TEXTS.withoutWorkers,
};
