import type { CancellationView } from '../cases/view';
import type { Obstacle } from '../domain/refusals';
import type { TaskContact } from '../domain/types';
import { Badge, Contacts, Notice } from './components';
import { shownName } from '../domain/names';
import { dayAndClock } from './words';

/** Why an event cannot be cancelled, each reason with what to do about it. */
export function Obstacles({
  obstacles,
  contacts,
}: {
  obstacles: readonly Obstacle[];
  contacts: readonly TaskContact[];
}) {
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
      {obstacles.length > 0 && <Contacts contacts={contacts} />}
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
