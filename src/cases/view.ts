import type { Attention, CancellationStatus } from '../domain/case';
import type { FailureCode } from '../domain/failures';
import { cancellationWorkflowId } from '../domain/input';
import type { CaseSources } from './sources';

export interface Located {
  house: string;
  eventNumber: string;
  links: { self: string; temporalUi: string | null; protocol: string | null };
  workflowId: string;
  runId: string | null;
  rehearsal: boolean;
}

/** The code of an attention that no run can ask for itself: it is paused in Temporal. */
export const RUN_PAUSED = 'run-paused';

/** Why a person is needed: the run says so, or how Temporal holds it. */
export type ShownAttention = Omit<Attention, 'code'> & { code: FailureCode | typeof RUN_PAUSED };

/** What is known of a case, by its run or by the journal, and of how Temporal holds its run. */
export type ShownStatus = Omit<CancellationStatus, 'attention'> & { attention: ShownAttention | null };

/** A case as callers see it: what the run or the journal knows, and where it is to be found. */
export type CancellationView = ShownStatus &
  Located & {
    /** The view does not come from the run itself: no worker answered, or Temporal no longer keeps the run. */
    stale: boolean;
  };

/** The parts of a case's addresses. */
type Installation = Pick<CaseSources, 'isRehearsal' | 'temporalUiUrl' | 'namespace'>;

export function toView(
  sources: Installation,
  house: string,
  eventNumber: string,
  runId: string | null,
  status: ShownStatus,
  stale: boolean,
): CancellationView {
  // The first line of a case holds its event or its refusal, so a status with either has a line.
  const isWritten = status.event !== null || status.refusal !== null;
  return { ...status, ...locate(sources, house, eventNumber, runId, isWritten), stale };
}

/** The addresses of a case. `isWritten`: the journal has lines of it. */
export function locate(
  { isRehearsal, temporalUiUrl, namespace }: Installation,
  house: string,
  eventNumber: string,
  runId: string | null,
  isWritten: boolean,
): Located {
  const workflowId = cancellationWorkflowId(house, eventNumber);
  const self = `/v1/cancellations/${house}/${eventNumber}`;
  // The tab that shows the German details; the history is one click away.
  const temporalUi =
    runId &&
    `${temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/user-metadata`;
  return {
    house,
    eventNumber,
    links: { self, temporalUi, protocol: isWritten ? `${self}/protocol` : null },
    workflowId,
    runId,
    rehearsal: isRehearsal,
  };
}
