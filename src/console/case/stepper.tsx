import type { CancellationView } from '../../cases/view';
import type { StepProgress } from '../../domain/case';
import { clockTime, viennaDate } from '../../domain/clock';
import { isEnd } from '../../domain/vocabulary';
import { dayAndClock, NEVER, STEP_STATES, UNCLEAR, WIKI_STEPS } from '../words';

/** The four steps of the wiki, and the point of no return between them. */
export function Stepper({ view }: { view: CancellationView }) {
  const byName = new Map(view.steps.map((step) => [step.name, step]));
  const isOver = isEnd(view.state);
  return (
    <section id="schritte" class="sheet" aria-labelledby="schritte-titel">
      <h2 id="schritte-titel">Schritte</h2>
      <ol class="stepper">
        {WIKI_STEPS.map(({ number, title, steps }) => {
          const own = steps.flatMap((name) => byName.get(name) ?? []);
          const isDone = own.every(({ state }) => state !== 'upcoming' && state !== 'current');
          const isCurrent = own.some(({ state }) => state === 'current');
          return (
            <li
              class={isDone ? 'done' : isCurrent ? 'current' : 'upcoming'}
              aria-current={isCurrent ? 'step' : undefined}
            >
              <h3>
                <span class="number" aria-hidden="true">
                  {isDone ? '✓' : number}
                </span>
                <span class="hidden">{`Schritt ${number} von ${WIKI_STEPS.length}: `}</span>
                {title}
              </h3>
              <ul>
                {own.map((step) => (
                  <>
                    {step.name === 'set-storno' && <Border view={view} />}
                    <Step {...step} waitEndsAt={view.waitEndsAt} isAlone={own.length === 1} isOver={isOver} />
                  </>
                ))}
              </ul>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Border({ view }: { view: CancellationView }) {
  const { pointOfNoReturnPassed: isPassed, allowedActions } = view;
  if (!isPassed && !allowedActions.includes('abort')) return null;
  return (
    <li class={`border ${isPassed ? 'passed' : ''}`}>
      {isPassed ? 'Ab hier gibt es kein Zurück: überschritten.' : 'Bis hierher können Sie abbrechen.'}
    </li>
  );
}

interface StepLine extends StepProgress {
  waitEndsAt: string | null;
  /** The only step below its heading, which already names it. */
  isAlone: boolean;
  isOver: boolean;
}

function Step({ state, label, detail, finishedAt, waitEndsAt, isAlone, isOver }: StepLine) {
  const isNever = isOver && state === 'upcoming';
  const { sign, text } = isNever ? (detail ? UNCLEAR : NEVER) : STEP_STATES[state];
  const facts = [
    state === 'current' && waitEndsAt ? `bis ${clockTime(waitEndsAt)}` : null,
    detail,
    finishedAt && (detail === null || isOtherDay(finishedAt)) ? dayAndClock(finishedAt) : null,
  ].filter(Boolean);
  return (
    <li class={state}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <span>
        {!isAlone && <span class="hidden">{`${text}: `}</span>}
        {isAlone ? text : label}
        {facts.length > 0 && <span class="quiet">{` · ${facts.join(' · ')}`}</span>}
      </span>
    </li>
  );
}

/** What a step leaves to read says the hour alone. */
function isOtherDay(instant: string): boolean {
  return viennaDate(instant) !== viennaDate(new Date().toISOString());
}
