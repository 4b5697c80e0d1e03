import { ABSAGE } from '../domain/actor';
import { cancellationWorkflowId } from '../domain/input';
import { stripMarker } from '../domain/marker';
import { INTERRUPTED_TEXT } from '../domain/wording';
import { headOf, type EntryOf } from '../domain/journal';
import { endOf } from '../domain/lines';
import { findClosedRun } from './closed-run';
import { alertOnce } from './house-alert';
import type { ActivityDependencies } from './activity';
import type { Alert } from './alert';
import { asScheduledActivity, RECONCILER } from './scheduled';
import { tellWanted, wantAlert, type Wanted } from './series-alert';
import { alertInterruptedSeries } from './series-house';

/** What Temporal keeps about a run beside its history. */
interface RunMemo {
  caseId?: string;
}

/** Looks for cases that were begun, have not ended, and have no open run: their run was terminated from outside. */
export function createInterruptedActivities(deps: ActivityDependencies) {
  const { journal } = deps;

  /** Alerts each house once for each interruption. Resolves to the number of cases that are interrupted now. */
  const alertInterrupted = asScheduledActivity(RECONCILER, async (): Promise<{ interrupted: number }> => {
    let interrupted = 0;
    const wanted: Wanted[] = [];
    for (const opening of await journal.openCases()) {
      const { caseId, house, eventNumber } = opening;
      const closedRunId = await findClosedRun(
        cancellationWorkflowId(house, eventNumber),
        // A run that was started by hand has no case id in its memo.
        ({ memo }) => (((memo ?? {}) as RunMemo).caseId ?? caseId) === caseId,
      );
      // The case may have ended since the list was read.
      const entries = await journal.entries(caseId);
      if (closedRunId === null || endOf(entries) !== null) continue;
      interrupted += 1;
      // A run that Temporal has forgotten has no id: the case has, and each time that it was taken up counts.
      const forgotten = `${caseId}.${entries.filter(({ operation }) => operation === 'resume').length}`;
      const alert = toAlert(opening, closedRunId === 'none' ? forgotten : closedRunId);
      const want = await wantAlert(deps, alert, INTERRUPTED_TEXT);
      if (want) wanted.push(want);
      else await alertOnce(deps, alert);
    }
    // All that are lost are known by now: the first mail to a house names each of them that belongs to its series.
    for (const want of wanted) await tellWanted(deps, want, wanted);
    return { interrupted: interrupted + (await alertInterruptedSeries(deps)) };
  });

  return { alertInterrupted };
}

/** `interruption`: an id of its own for each time that a run was lost. */
function toAlert(opening: EntryOf<'check', 'opening'>, interruption: string): Alert {
  const { caseId, house, eventNumber } = opening;
  const { event, input } = opening.after;
  return {
    ref: { caseId, house, eventNumber },
    ...ABSAGE,
    head: headOf(opening),
    kind: 'attention',
    step: 'check',
    attention: { id: `interrupted.${interruption}`, text: INTERRUPTED_TEXT, actions: ['resume'] },
    event: {
      title: stripMarker(event.title.before ?? '', input.policy.marker),
      startsAt: event.startsAt,
      venue: event.venue,
    },
    ...(input.series && { series: { id: input.series.id, code: 'interrupted' } }),
  };
}
