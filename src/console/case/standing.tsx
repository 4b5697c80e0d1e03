import { WRITES_OFF } from '../../domain/writes';
import { isHeld, type CancellationView } from '../../cases/view';
import { casePage } from '../../domain/addresses';
import { PERFORMANCE_CHANGED } from '../../domain/performance';
import { failureSentence } from '../../domain/failures';
import { isWaiting } from '../../domain/tries';
import { isEnd } from '../../domain/vocabulary';
import { Badge, Contacts, Notice } from '../components';
import { dayAndClock } from '../words';
import type { CaseForms } from './action-form';

/** The state of the case, large enough to be read from two metres away. */
export function Standing({ view, may }: Pick<CaseForms, 'view' | 'may'>) {
  const { waitEndsAt, state, pointOfNoReturnPassed, stale } = view;
  const isOpen = !isEnd(state);
  const isGoingOn = isOpen && state !== 'interrupted' && !view.attention && !stale;
  return (
    <section id="stand" class={`standing ${state}`} aria-live="polite" tabindex={-1}>
      <Badge state={state} />
      <p class="big">{headline(view)}</p>
      {waitEndsAt && (
        <p class="countdown" aria-hidden="true">
          <span data-until={waitEndsAt} />
        </p>
      )}
      {isOpen && <Urgent view={view} />}
      {view.notes.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {view.refusal && <Contacts contacts={view.contacts} />}
      {isGoingOn && <p class="quiet">{mayLeave(view)}</p>}
      {isOpen && pointOfNoReturnPassed && <p>{tooLate(view)}</p>}
      {stale && isOpen && state !== 'interrupted' && !(view.attention && isHeld(view.attention.code)) && (
        <Notice kind="warning">
          Das ist der Stand laut Logbuch: Absage antwortet gerade nicht. Nichts geht verloren, es geht danach
          von selbst weiter.
        </Notice>
      )}
      {view.supersededBy && (
        <Notice kind="info">
          Das ist eine frühere Absage dieser Veranstaltung.{' '}
          <a href={casePage({ ...view, caseId: view.supersededBy })}>Zur jetzigen Absage</a>
        </Notice>
      )}
      {!view.supersededBy && (state === 'aborted' || state === 'refused') && may('order') && (
        <p>
          <a class="button second" href={`/absagen/neu/${view.house}/${view.eventNumber}`}>
            Neu absagen
          </a>
        </p>
      )}
      {!isOpen && view.tasks === null && <Remaining remaining={view.remaining} />}
    </section>
  );
}

/** The performance begins before Ö-Ticket knows, or is no longer as it was ordered, or nothing may be written. */
export function isUrgent({ code }: CancellationView['warnings'][number]): boolean {
  return code === 'starts-soon' || code === PERFORMANCE_CHANGED || code === WRITES_OFF;
}

/** The first thing that a clerk has to read. */
function Urgent({ view }: { view: CancellationView }) {
  return (
    <>
      {view.warnings.filter(isUrgent).map(({ text }) => (
        <Notice kind="warning">{text}</Notice>
      ))}
    </>
  );
}

/** What keeps failing, or when the next look is. It changes often, so it is not read out as the rest of the standing. */
export function Trying({ view: { tries } }: { view: CancellationView }) {
  if (!tries) return <div id="versuche" />;
  const isFailing = tries.code !== 'channel-not-showing-storno' && !isWaiting(tries.code);
  return (
    <div id="versuche">
      {isFailing ? <Notice kind="warning">{tries.text}</Notice> : <p class="quiet">{tries.text}</p>}
    </div>
  );
}

/** Why nothing can be aborted any more, with the time: whoever was about to do it has to know. */
export function tooLate({ steps, order }: CancellationView): string {
  const storno = steps.find(({ name }) => name === 'set-storno');
  const why = storno?.finishedAt
    ? `seit ${dayAndClock(storno.finishedAt)} ist der Status Storno`
    : storno?.startedAt && order.seen
      ? // Whether they have done it, only the clerk knows.
        `seit ${dayAndClock(storno.startedAt)} haben Sie die Aufgabe, in Jet auf Storno zu setzen`
      : storno?.startedAt
        ? `seit ${dayAndClock(storno.startedAt)} wird der Status auf Storno gesetzt`
        : 'der Status wird auf Storno gesetzt';
  return `Abbrechen ist nicht mehr möglich: ${why}.`;
}

function headline(view: CancellationView): string {
  const { state, waitEndsAt, attention } = view;
  const finishedAt = view.steps.findLast((known) => known.finishedAt)?.finishedAt;
  switch (state) {
    case 'checking':
      return 'Die Veranstaltung wird geprüft.';
    case 'waiting':
      return waitEndsAt ? `Wartezeit bis ${dayAndClock(waitEndsAt)}` : 'Wartezeit';
    case 'running':
      return runningHeadline(view);
    case 'needs-attention':
      return attention?.task ? 'Jetzt sind Sie dran.' : 'Absage braucht Sie.';
    case 'awaiting-approval':
      return 'Wartet auf eine Freigabe.';
    case 'aborting':
      return attention?.task
        ? 'Jetzt sind Sie dran: die Titel zurücksetzen.'
        : 'Die Titel werden zurückgesetzt.';
    case 'aborted':
      return 'Absage abgebrochen.';
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

/** What Connect Online shows is said only once somebody has looked. */
function runningHeadline({ steps, step, tries }: CancellationView): string {
  if (step === 'verify-channel' && tries) return failureSentence(tries.code);
  return `${steps.find(({ name }) => name === step)?.label ?? ''} …`;
}

function mayLeave({ order, state, alertsTo }: CancellationView): string {
  const whom = alertsTo ?? 'das Haus';
  return state === 'waiting' && order.seen
    ? `Bis dahin können Sie dieses Fenster schließen. An ${whom} geht dann auch eine E-Mail.`
    : `Sie können dieses Fenster schließen. Wenn jemand gebraucht wird, und am Ende, geht eine E-Mail an ${whom}.`;
}

function Remaining({ remaining }: { remaining: readonly string[] }) {
  if (remaining.length === 0) return null;
  return (
    <>
      <h2>Das bleibt für das Haus zu tun</h2>
      <ul class="todo">
        {remaining.map((text) => (
          <li>{text}</li>
        ))}
      </ul>
    </>
  );
}
