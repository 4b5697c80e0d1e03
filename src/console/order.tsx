import { alreadyRefusal } from '../cases/holding-case';
import type { FieldError } from '../cases/problems';
import type { CancellationView } from '../cases/view';
import { MARKERS } from '../domain/marker';
import { withNextStep } from '../domain/refusals';
import { STORNO_WORD } from '../domain/status';
import { titleAsNamed } from '../domain/visible';
import type { MarkerStyle, MaskLimits, TaskContact } from '../domain/types';
import { Csrf, EventFacts, Field, Notice, type ShownEvent } from './components';
import type { Draft } from './forms';
import { CaseInTheWay, Obstacles } from './obstacles';
import { AllowPastEvent, isPastDraft, Seen } from './order-fields';
import { Marker, Reason, type WordsEvent } from './order-words';
import { FIELD_LABELS, ORDER_REASON_LABEL } from './words';

export interface OrderForm {
  house: string;
  eventNumber: string;
  /** `null`: a guided house, whose clerk enters what the mask shows. */
  event: WordsEvent;
  /** How the house marks a title. */
  style: MarkerStyle;
  /** The case because of which nothing new can be ordered. */
  inTheWay: CancellationView | null;
  draft: Draft;
  csrfToken: string;
  faults?: readonly FieldError[];
  /** Says that these words were sent before, and not carried out, or are gone. */
  lost?: string;
  /** Nothing is folded away: the person has come to change something. */
  isOpen?: boolean;
  /** Whom to call about what stands in the way. */
  contacts: readonly TaskContact[];
  /** What a house without a gateway has said of its masks. */
  maskLimits: MaskLimits | null;
  /** Address of the practice masks; `null`: there are none. */
  masks?: string | null;
}

/** The second page of an order: the marker, and the reason. Says first whether the event can be cancelled at all. */
export function OrderPage(form: OrderForm) {
  const { event, inTheWay, house, contacts } = form;
  const all = event?.refusals ?? (inTheWay ? [withNextStep(alreadyRefusal(inTheWay))] : []);
  const obstacles = all.filter(({ code }) => code !== 'event-past');
  if (obstacles.length === 0) return <Form {...form} isPast={all.length > 0 || isPastDraft(form.draft)} />;
  return (
    <>
      <h1>Diese Vorstellung kann nicht abgesagt werden</h1>
      {event && <EventFacts {...event} />}
      <Obstacles {...{ obstacles, contacts }} />
      <CaseInTheWay view={inTheWay} />
      <p class="buttons">
        <a class="button second" href={`/absagen/neu?haus=${house}`}>
          Andere Vorstellung
        </a>
      </p>
    </>
  );
}

function Form({
  house,
  eventNumber,
  event,
  draft,
  csrfToken,
  faults = [],
  lost,
  masks,
  isOpen = false,
  isPast,
  style,
  maskLimits,
}: OrderForm & { isPast: boolean }) {
  const isStorno = event?.status === STORNO_WORD;
  return (
    <>
      <h1>Was soll Ö-Ticket erfahren?</h1>
      {event && <EventFacts {...event} />}
      {lost && (
        <Notice kind="warning">
          <p>
            {draft.marker !== undefined && <strong>Das wurde nicht ausgeführt. </strong>}
            {lost}
          </p>
        </Notice>
      )}
      {isStorno && <Notice kind="warning">{STORNO_ALREADY}</Notice>}
      <Faults faults={faults} />
      <form class="sheet" method="post" action={`/absagen/neu/${house}/${eventNumber}`}>
        <Csrf token={csrfToken} />
        {isPast && <PastEvent draft={draft} />}
        {event ? <Expected {...event} /> : <Seen {...{ house, eventNumber, draft, masks }} />}
        <fieldset>
          <legend>{isStorno ? 'Was soll in der E-Mail stehen?' : 'Zusatz im Titel'}</legend>
          {MARKERS.map((marker) => (
            <label class="choice">
              <input
                id={marker === MARKERS[0] ? 'marker' : undefined}
                type="radio"
                name="marker"
                value={marker}
                required
                checked={(draft.marker ?? 'ENTFÄLLT') === marker}
              />
              <Marker {...{ marker, style }} event={isStorno ? null : event} />
            </label>
          ))}
          <p class="hint">
            Wird sie verschoben oder verlegt, ist das ein anderes Verfahren: bitte das Ticketing-Team anrufen.
          </p>
        </fieldset>
        <Reason {...{ event, draft, maskLimits }} />
        <details data-more open={isOpen || hasMore(draft)}>
          <summary>Weitere Angaben</summary>
          <p class="hint">
            Ohne Angaben steht die Kassa des Hauses in der E-Mail, und das Recht gilt so lange, wie das Haus
            es eingestellt hat.
          </p>
          <Field name="contact.name" draft={draft} autocomplete="section-absage name" />
          <Field name="contact.phone" draft={draft} type="tel" autocomplete="section-absage tel" />
          <Field name="contact.email" draft={draft} autocomplete="section-absage email" />
          <Field name="rightValidUntil" draft={draft} type="date" />
          {!isPast && <AllowPastEvent draft={draft} />}
        </details>
        <div class="buttons">
          <button type="submit" name="intent" value="preview">
            Weiter: prüfen
          </button>
          <a class="button second" href={`/absagen/neu?haus=${house}`}>
            Andere Vorstellung
          </a>
        </div>
        <p class="quiet">Es wird noch nichts geschrieben.</p>
      </form>
    </>
  );
}

const STORNO_ALREADY =
  'Der Status ist schon Storno. Absage verändert in Jet keinen Text und keinen Status mehr: es folgen die Kontrolle in Connect Online, die Stornoberechtigung und die E-Mail an Ö-Ticket. Abbrechen ist dann nicht möglich.';

/** Stands first, because without the tick everything else is typed in vain. */
function PastEvent({ draft }: { draft: Draft }) {
  return (
    <Notice kind="warning">
      <p>
        <strong>Die Vorstellung hat schon begonnen oder ist vorbei.</strong> Wenn sie trotzdem abgesagt werden
        soll, haken Sie das bitte an:
      </p>
      <AllowPastEvent draft={draft} />
    </Notice>
  );
}

function hasMore(draft: Draft): boolean {
  return ['contact.name', 'contact.phone', 'contact.email', 'rightValidUntil', 'allowPastEvent'].some(
    (name) => draft[name],
  );
}

/** The event as the clerk saw it. If Jet shows another title or time later, nothing is written. */
function Expected({ title, startsAt }: ShownEvent) {
  return (
    <>
      <input type="hidden" name="expected.title" value={titleAsNamed(title)} />
      <input type="hidden" name="expected.startsAt" value={startsAt} />
    </>
  );
}

function Faults({ faults }: { faults: readonly FieldError[] }) {
  if (faults.length === 0) return null;
  return (
    <Notice kind="error">
      <p>Bitte ergänzen oder ändern, es wurde nichts geschrieben:</p>
      <ul>
        {faults.map(({ path, text }) => (
          <li>{`${path === 'reason' ? ORDER_REASON_LABEL : (FIELD_LABELS[path] ?? path)}: ${text}`}</li>
        ))}
      </ul>
    </Notice>
  );
}
