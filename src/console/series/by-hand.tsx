import type { SeriesItemView } from '../../cases/series-view';
import { dayAndTime, toMs } from '../../domain/clock';
import { performances } from '../../domain/series-progress';
import { printable } from '../../domain/visible';
import { isWait, type StepName } from '../../domain/vocabulary';
import { STEP_LABELS } from '../../domain/wording';
import { dayAndClock } from '../words';
import type { SeriesForms } from './ways';

/** What people do in Jet now, and what is next, in houses without a gateway. */
export function ByHand({ view, may }: Pick<SeriesForms, 'view' | 'may'>) {
  const { due, waiting } = handTasks(view.items.filter(({ house }) => may(house, 'confirm-step')));
  if (due.length === 0 && waiting.length === 0) return <div id="von-hand" />;
  const [next] = waiting;
  return (
    <section id="von-hand" class={due.length > 0 ? 'question' : 'sheet'} aria-label="Von Hand in Jet">
      <h2>{due.length > 0 ? `Jetzt in Jet zu tun: ${due.length}` : 'In Jet ist jetzt nichts zu tun'}</h2>
      <p>
        {due.length > 0 &&
          'Eine nach der anderen, die nächste Vorstellung zuerst. Während eine wartet, machen Sie die übrigen. '}
        {next?.waitEndsAt &&
          `${performances(waiting.length)} ${waiting.length === 1 ? 'wartet' : 'warten'} auf Ö-Ticket: um ${dayAndClock(next.waitEndsAt)} müssen Sie wieder da sein.`}
      </p>
      <ol class="hand">
        {due.map((row) => (
          <Entry row={row} />
        ))}
        {waiting.map((row) => (
          <Entry row={row} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ row }: { row: SeriesItemView }) {
  const { house, eventNumber, title, startsAt, step, waitEndsAt, links } = row;
  const name = `${printable(title)}, ${dayAndTime(startsAt)}`;
  const number = `${house} ${eventNumber}`;
  return (
    <li id={`hand-${house}-${eventNumber}`}>
      {isDue(row) ? (
        <a href={`${links.page}#frage`}>
          <strong>{step && STEP_LABELS[step]}</strong>
          <span class="facts">{`${name} · ${number}`}</span>
        </a>
      ) : (
        <>
          <strong>{waitEndsAt && step && `ab ca. ${dayAndClock(waitEndsAt)}: ${afterWait(step)}`}</strong>
          <span class="facts">{`${name} · ${number}`}</span>
        </>
      )}
    </li>
  );
}

/** What a wait is followed by. */
function afterWait(step: StepName): string {
  return STEP_LABELS[step === 'wait-for-title-transfer' ? 'set-storno' : 'verify-channel'];
}

function isDue({ state }: SeriesItemView): boolean {
  return state === 'needs-attention';
}

/** In the order in which a person does them: of what is due, the soonest performance first; then what a wait brings, as it ends. */
function handTasks(items: readonly SeriesItemView[]): {
  due: SeriesItemView[];
  waiting: SeriesItemView[];
} {
  const own = items.filter(({ by }) => by === 'person');
  return {
    due: own.filter(isDue).sort((one, other) => toMs(one.startsAt) - toMs(other.startsAt)),
    waiting: own
      .filter(({ state, step, waitEndsAt }) => state === 'running' && step && isWait(step) && waitEndsAt)
      .sort((one, other) => endOf(one) - endOf(other)),
  };
}

function endOf({ waitEndsAt }: SeriesItemView): number {
  return waitEndsAt ? toMs(waitEndsAt) : 0;
}
