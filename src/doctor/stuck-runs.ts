import type { Connection } from '@temporalio/client';
import { dayAndTime } from '../domain/clock';
import { readCancellationWorkflowId } from '../domain/input';
import { listStuckRuns, type StuckRun } from '../temporal/stuck-runs';
import { failed, ok, type Verdict } from './check';

/** Whether a case cannot go on because its workflow task fails again and again. Why it does, only the workers' log says. */
export async function judgeStuckRuns(
  { workflowService }: Pick<Connection, 'workflowService'>,
  namespace: string,
): Promise<Verdict> {
  const stuck = await listStuckRuns(workflowService, namespace);
  if (stuck.length === 0) return ok('Keine hängt in Temporal fest.');
  return {
    ...failed(
      'Temporal kann sie nicht weiterführen, auch kein Abbrechen kommt durch. Zuerst worker.log ansehen: läuft die richtige Version, mit allen Schlüsseln? Hilft das nicht, beenden und fortsetzen; was geschrieben wurde, bleibt.',
    ),
    details: stuck.map((run) => describe(run, namespace)),
  };
}

/** Anybody who reaches the namespace can choose an id: a command is made only of one that we could have made. */
function describe({ workflowId, runId, failures, since }: StuckRun, namespace: string): string {
  const event = readCancellationWorkflowId(workflowId);
  const what = `${failures} Versuche gescheitert${since ? `, seit ${dayAndTime(since)}` : ''}`;
  if (!event) return `Ein Lauf, der keine Absage ist (${runId}): ${what}. Bitte in Temporals Web UI ansehen.`;
  const { house, eventNumber } = event;
  const terminate = `temporal workflow terminate --namespace ${namespace} --workflow-id ${workflowId} --run-id ${runId}`;
  const resume = `absage resume ${house} ${eventNumber} --reason "Lauf beendet"`;
  return `${house} ${eventNumber}: ${what}. ${terminate}, dann ${resume}`;
}
