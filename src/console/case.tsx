import type { CancellationView } from '../cases/view';
import { type StepProgress } from '../domain/case';
import { isEnd, isWait, MASK_LABELS, type WaitStep } from '../domain/vocabulary';
import { clockTime, dayAndTime } from '../domain/clock';
import { LEFT_FOR_THE_HOUSE } from '../domain/wording';
import type { JournalEntry } from '../domain/journal';
import { Attention, WaysOut } from './actions';
import { JournalTable } from './journal';
import { Lines, Notice, rendered } from './layout';
import { PartnerMail } from './mail';
import { Change, type Draft } from './order';
import { Badge, dayAndClock } from './overview';
import { toRegions, type Regions } from './regions';
import { WIKI_STEPS } from './words';

/** What a person has tried on this page, and why it was refused. */
export interface Attempt {
  faults: readonly string[];
  draft: Draft;
}

export interface CasePage {
  view: CancellationView;
  entries: readonly JournalEntry[];
  csrfToken: string;
  attempt?: Attempt;
}

/** Where a case stands, what it waits for, and what can be done. */
export function CasePage({ attempt, ...page }: CasePage) {
  const regions = caseRegions(page, attempt?.draft);
  return (
    <>
      {attempt && attempt.faults.length > 0 && (
        <Notice kind="error">
          <p>Das wurde nicht ausgeführt:</p>
          <ul>
            {attempt.faults.map((fault) => (
              <li>{fault}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div id="absage">{rendered([...regions.values()].map(({ html }) => html).join(''))}</div>
    </>
  );
}

/** The parts of the page that change by themselves. */
export function caseRegions({ view, entries, csrfToken }: CasePage, draft: Draft = {}): Regions {
  const into = 'absage';
  const forms = { view, csrfToken, draft };
  return toRegions(
    [
      { id: 'kopf', element: <Head view={view} /> },
      { id: 'stand', element: <Standing view={view} /> },
      { id: 'frage', element: <Attention {...forms} /> },
      { id: 'wege', element: <WaysOut {...forms} /> },
      { id: 'schritte', element: <Stepper view={view} /> },
      { id: 'angaben', element: <Details view={view} /> },
      { id: 'mail', element: <PartnerMail entries={entries} isAsked={isMailInDoubt(view)} /> },
      { id: 'logbuch', element: <JournalTable entries={entries} /> },
    ].map((part) => ({ ...part, into })),
  );
}

function isMailInDoubt({ attention }: CancellationView): boolean {
  return attention?.code === 'mail-in-doubt';
}

function Head({ view }: { view: CancellationView }) {
  return (
    <div id="kopf">
      <h1 class="title">{titleOf(view)}</h1>
      <p class="facts">{factsOf(view)}</p>
    </div>
  );
}

function titleOf({ event, order }: CancellationView): string {
  return event?.title.before ?? order.expected.title;
}

function factsOf({ event, order, house, eventNumber }: CancellationView): string {
  const startsAt = event?.startsAt ?? order.expected.startsAt;
  const place = event ? ` · ${event.venue}, ${event.location}` : '';
  return `${dayAndTime(startsAt)}${place} · ${house} ${eventNumber}`;
}

/** The one thing that can be read from two metres. */
function Standing({ view }: { view: CancellationView }) {
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
      {stale && isOpen && state !== 'interrupted' && (
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

function explain(view: CancellationView): string[] {
  const { state, step, refusal } = view;
  if (refusal) return [refusal.text];
  if (state === 'waiting' && isWait(step)) return [...WAIT_TEXTS[step]];
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

/** The wiki's four steps, with the line from which there is no way back. */
function Stepper({ view }: { view: CancellationView }) {
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
                <span class="hidden">{`Schritt ${number} von 4: `}</span>
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

const STEP_SIGNS: Record<StepProgress['state'], { sign: string; text: string }> = {
  upcoming: { sign: '○', text: 'kommt noch' },
  current: { sign: '▶', text: 'jetzt' },
  done: { sign: '✓', text: 'erledigt' },
  'by-hand': { sign: '✓', text: 'von Hand erledigt' },
  waived: { sign: '–', text: 'darauf wurde verzichtet' },
  skipped: { sign: '–', text: 'übersprungen' },
};

/** What is still to come while a case lasts, and never will when it is over. */
const NEVER = { sign: '–', text: 'nicht ausgeführt' };

interface StepLine extends StepProgress {
  waitEndsAt: string | null;
  /** The only one below its heading, which says what it is. */
  isAlone: boolean;
  isOver: boolean;
}

function Step({ state, label, detail, finishedAt, waitEndsAt, isAlone, isOver }: StepLine) {
  const { sign, text } = isOver && state === 'upcoming' ? NEVER : STEP_SIGNS[state];
  const facts =
    state === 'current' && waitEndsAt
      ? `bis ${clockTime(waitEndsAt)}`
      : (detail ?? (finishedAt ? clockTime(finishedAt) : null));
  return (
    <li class={state}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <span>
        <span class="hidden">{`${text}: `}</span>
        {isAlone ? text : label}
        {facts && <span class="quiet">{` · ${facts}`}</span>}
      </span>
    </li>
  );
}

/** What was ordered, and what it makes of the texts. */
function Details({ view }: { view: CancellationView }) {
  const { event, order, orderedBy, warnings, links, caseId, house, eventNumber } = view;
  return (
    <section id="angaben" class="sheet">
      <h2>Angaben</h2>
      {warnings.map(({ text }) => (
        <Notice kind="warning">{text}</Notice>
      ))}
      <dl class="data">
        <dt>Zusatz</dt>
        <dd>{order.marker}</dd>
        <dt>Hinweis für Ö-Ticket</dt>
        <dd>
          <Lines text={order.reason} />
        </dd>
        <dt>Beauftragt von</dt>
        <dd>{orderedBy}</dd>
        {order.contact && (
          <>
            <dt>Rückfragen an</dt>
            <dd>
              {[order.contact.name, order.contact.phone, order.contact.email].filter(Boolean).join(', ')}
            </dd>
          </>
        )}
      </dl>
      {event && (
        <details id="texte">
          <summary>Texte in Jet, bisher und dann</summary>
          <Change label={MASK_LABELS.title} {...event.title} />
          <Change label={MASK_LABELS.customerTitle} {...event.customerTitle} />
          <Change label={MASK_LABELS.externalMemo} {...event.externalMemo} />
        </details>
      )}
      <p class="links">
        {links.protocol && <a href={`/absagen/${house}/${eventNumber}/protokoll`}>Protokoll</a>}
        {links.protocol && <a href={`/absagen/${house}/${eventNumber}/protokoll.pdf`}>Protokoll als PDF</a>}
        {links.temporalUi && (
          <a href={links.temporalUi} rel="noreferrer">
            Temporal Web UI
          </a>
        )}
      </p>
      <p class="quiet">{`Fall ${caseId}`}</p>
    </section>
  );
}
