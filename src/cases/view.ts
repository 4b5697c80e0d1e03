import type { CancellationStatus } from '../domain/case';
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

/** A case as callers see it: what the run or the journal knows, and where it is to be found. */
export type CancellationView = CancellationStatus &
  Located & {
    /** Not from the run itself: no worker answered, or Temporal no longer keeps the run. */
    stale: boolean;
  };

/** What the addresses of a case are made from. */
type Installation = Pick<CaseSources, 'isRehearsal' | 'temporalUiUrl' | 'namespace'>;

export function toView(
  sources: Installation,
  house: string,
  eventNumber: string,
  runId: string | null,
  status: CancellationStatus,
  stale: boolean,
): CancellationView {
  // A case that has read its event, or was refused, has said so in its first line.
  const isWritten = status.event !== null || status.refusal !== null;
  return { ...status, ...locate(sources, house, eventNumber, runId, isWritten), stale };
}

/** Where a case is to be found. `isWritten`: the journal has lines of it. */
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
