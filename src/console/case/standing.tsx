import { RUN_PAUSED, type CancellationView } from '../../cases/view';
import { isEnd, isWait, type WaitStep } from '../../domain/vocabulary';
import { LEFT_FOR_THE_HOUSE } from '../../domain/wording';
import { Badge, Notice } from '../components';
import { dayAndClock } from '../words';

/** The state of the case, large enough to be read from two metres away. */
export function Standing({ view }: { view: CancellationView }) {
  const { waitEndsAt, state, pointOfNoReturnPassed, stale } = view;
  const isOpen = !isEnd(state);
  return (
    <section id="stand" class={`standing ${state}`} aria-live="polite" tabindex={-1}>
      <Badge state={state} />
      <p class="big">{headline(view)}</p>
      {waitEndsAt && (
        <p class="countdown" aria-hidden="true">
          <span data-until={waitEndsAt} />
        </p>
      )}
      {explain(view).map((sentence) => (
        <p>{sentence}</p>
      ))}
      {isOpen && state !== 'interrupted' && !view.attention && !stale && (
        <p class="quiet">Sie können dieses Fenster schließen. Wir melden uns per E-Mail.</p>
      )}
      {isOpen && pointOfNoReturnPassed && <p class="quiet">Abbrechen ist nicht mehr möglich.</p>}
      {stale && isOpen && state !== 'interrupted' && view.attention?.code !== RUN_PAUSED && (
        <Notice kind="warning">
          Das ist der Stand laut Logbuch: Absage antwortet gerade nicht. Nichts geht verloren, es geht danach
          von selbst weiter.
        </Notice>
      )}
      {(state === 'aborted' || state === 'refused') && (
        <p>
          <a class="button second" href={`/absagen/neu/${view.house}/${view.eventNumber}`}>
            Neu absagen
          </a>
        </p>
      )}
      {state === 'completed' && <StillToDo />}
    </section>
  );
}

function headline(view: CancellationView): string {
  const { state, step, waitEndsAt, attention } = view;
  const finishedAt = view.steps.findLast((known) => known.finishedAt)?.finishedAt;
  switch (state) {
    case 'checking':
      return 'Die Veranstaltung wird geprüft.';
    case 'waiting':
      return waitEndsAt ? `Wartezeit bis ${dayAndClock(waitEndsAt)}` : 'Wartezeit';
    case 'running':
      return step === 'verify-channel'
        ? 'Ö-Ticket zeigt den Storno noch nicht.'
        : `${view.steps.find(({ name }) => name === step)?.label ?? ''} …`;
    case 'needs-attention':
      return attention?.code === 'person-step' ? 'Jetzt sind Sie dran.' : 'Absage braucht Sie.';
    case 'awaiting-approval':
      return 'Wartet auf eine Freigabe.';
    case 'aborting':
      return 'Die Titel werden zurückgesetzt.';
    case 'aborted':
      return 'Absage abgebrochen. Die Titel sind zurückgesetzt.';
    case 'refused':
      return 'Nicht begonnen. In Jet wurde nichts geschrieben.';
    case 'completed':
      return finishedAt ? `Absage abgeschlossen um ${dayAndClock(finishedAt)}.` : 'Absage abgeschlossen.';
    case 'closed-by-hand':
      return 'Von Hand geschlossen.';
    case 'interrupted':
      return 'Unterbrochen: es geht nicht von selbst weiter.';
  }
}

function explain(view: CancellationView): readonly string[] {
  const { state, step, refusal } = view;
  if (refusal) return [refusal.text];
  if (state === 'waiting' && isWait(step)) return WAIT_TEXTS[step];
  if (state === 'running' && step === 'verify-channel') return ['Es ist nichts verloren, wir prüfen weiter.'];
  if (state === 'interrupted') return ['Was geschrieben wurde, steht im Logbuch. Bitte fortsetzen.'];
  return [];
}

const WAIT_TEXTS: Record<WaitStep, readonly string[]> = {
  'wait-for-title-transfer': [
    'Titel und Hinweis sind gespeichert. Ö-Ticket bekommt sie in dieser Zeit.',
    'Danach wird der Status auf Storno gesetzt. Bis dahin können Sie abbrechen.',
  ],
  'wait-for-storno-transfer': ['Der Status ist Storno. Ö-Ticket bekommt ihn in dieser Zeit.'],
};

function StillToDo() {
  return (
    <>
      <h2>Das bleibt für das Haus zu tun</h2>
      <ul class="todo">
        {LEFT_FOR_THE_HOUSE.map((text) => (
          <li>{text}</li>
        ))}
      </ul>
    </>
  );
}
