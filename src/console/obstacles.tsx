import type { CancellationView } from '../cases/view';
import type { Obstacle } from '../domain/refusals';
import { Badge, Notice } from './components';
import { shownName } from '../domain/names';
import { dayAndClock } from './words';

/** Why an event cannot be cancelled, each reason with what to do about it. */
export function Obstacles({ obstacles }: { obstacles: readonly Obstacle[] }) {
  return (
    <>
      {obstacles.map(({ text, next }) => (
        <Notice kind="error">
          <p>
            <strong>{text}</strong>
          </p>
          <p>{next}</p>
        </Notice>
      ))}
    </>
  );
}

/** The case there already is: who ordered it, when, where it stands, and the way to it. */
export function CaseInTheWay({ view }: { view: CancellationView | null }) {
  if (!view) return null;
  const { house, eventNumber, orderedBy, state } = view;
  const [check] = view.steps;
  const at = check?.startedAt ?? check?.finishedAt ?? null;
  return (
    <p class="links">
      <span>{`Abgesagt von ${shownName(orderedBy)}${at ? `, ${dayAndClock(at)}` : ''}.`}</span>{' '}
      <Badge state={state} /> <a href={`/absagen/${house}/${eventNumber}`}>Zur bestehenden Absage</a>
    </p>
  );
}
