import type { FieldError } from '../cases/problems';
import { MARKERS } from '../domain/marker';
import type { CancellationMarker } from '../domain/types';
import { areaText, Csrf, EventFacts, Field, Notice, type ShownEvent } from './components';
import type { Draft } from './forms';
import { FIELD_LABELS, ORDER_REASON_LABEL, REASON_TEMPLATES } from './words';

interface OrderForm {
  house: string;
  eventNumber: string;
  /** `null`: a guided house, whose clerk enters what the mask shows. */
  event: ShownEvent | null;
  draft: Draft;
  csrfToken: string;
  faults?: readonly FieldError[];
}

const MARKER_HINTS: Record<CancellationMarker, string> = {
  ENTFÄLLT: 'Nur diese Vorstellung entfällt. Das Stück wird weiter gespielt.',
  ABGESAGT: 'Die Veranstaltung ist abgesagt.',
};

/** The second page of an order: the marker, and the reason. */
export function OrderPage({ house, eventNumber, event, draft, csrfToken, faults = [] }: OrderForm) {
  return (
    <>
      <h1>Was soll Ö-Ticket erfahren?</h1>
      {event && <EventFacts {...event} />}
      <Faults faults={faults} />
      <form class="sheet" method="post" action={`/absagen/neu/${house}/${eventNumber}`}>
        <Csrf token={csrfToken} />
        {event ? <Expected {...event} /> : <Seen house={house} eventNumber={eventNumber} draft={draft} />}
        <fieldset>
          <legend>Zusatz im Titel</legend>
          {MARKERS.map((marker) => (
            <label class="choice">
              <input
                type="radio"
                name="marker"
                value={marker}
                required
                checked={(draft.marker ?? 'ENTFÄLLT') === marker}
              />
              <span>
                <strong>{marker}</strong> {MARKER_HINTS[marker]}
              </span>
            </label>
          ))}
        </fieldset>
        <label for="reason">{ORDER_REASON_LABEL}</label>
        <p class="hint" id="reason-hint">
          Steht im Externen Memotext und in der E-Mail. Bitte keine Gesundheitsangaben zu Personen.
        </p>
        <textarea id="reason" name="reason" rows={4} maxlength={2000} required aria-describedby="reason-hint">
          {areaText(draft.reason ?? '')}
        </textarea>
        <p class="counter" data-counts="reason" data-limit="2000" />
        <details class="templates">
          <summary>Vorlagen</summary>
          <ul>
            {REASON_TEMPLATES.map((text) => (
              <li>
                {text}{' '}
                <button type="button" class="second js-only" data-fill="reason" data-text={text}>
                  Übernehmen
                </button>
              </li>
            ))}
          </ul>
        </details>
        <details open={hasMore(draft)}>
          <summary>Weitere Angaben</summary>
          <p class="hint">
            Ohne Angaben steht die Kassa des Hauses in der E-Mail, und das Recht gilt so lange, wie das Haus
            es eingestellt hat.
          </p>
          <Field name="contact.name" draft={draft} autocomplete="off" />
          <Field name="contact.phone" draft={draft} type="tel" autocomplete="off" />
          <Field name="contact.email" draft={draft} autocomplete="off" />
          <Field name="rightValidUntil" draft={draft} type="date" />
          <label class="choice">
            <input
              type="checkbox"
              name="allowPastEvent"
              value="true"
              checked={draft.allowPastEvent === 'true'}
            />
            <span>Auch absagen, wenn die Vorstellung schon begonnen hat oder vorbei ist</span>
          </label>
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

function hasMore(draft: Draft): boolean {
  return ['contact.name', 'contact.phone', 'contact.email', 'rightValidUntil', 'allowPastEvent'].some(
    (name) => draft[name],
  );
}

/** The event as the clerk saw it. If Jet shows another title or time later, nothing is written. */
function Expected({ title, startsAt }: ShownEvent) {
  return (
    <>
      <input type="hidden" name="expected.title" value={title} />
      <input type="hidden" name="expected.startsAt" value={startsAt} />
    </>
  );
}

function Seen({ house, eventNumber, draft }: { house: string; eventNumber: string; draft: Draft }) {
  return (
    <fieldset>
      <legend>{`Was steht in der Maske? (${house} ${eventNumber})`}</legend>
      <p class="hint">
        Kartenverkauf Basis › Verkaufsstammdaten › Veranstaltungen › Veranstaltungen bearbeiten. Bitte genau
        so abschreiben oder kopieren; leere Felder bleiben leer.
      </p>
      <Field name="seen.title" draft={draft} required />
      <Field name="seen.customerTitle" draft={draft} />
      <label for="seen.externalMemo">{FIELD_LABELS['seen.externalMemo']}</label>
      <textarea id="seen.externalMemo" name="seen.externalMemo" rows={3}>
        {areaText(draft['seen.externalMemo'] ?? '')}
      </textarea>
      <Field name="seen.status" draft={draft} required />
      <Field name="seen.startsAt" draft={draft} type="datetime-local" required />
      <Field name="seen.venue" draft={draft} required />
      <Field name="seen.location" draft={draft} required />
      <Field name="seen.organiser" draft={draft} required />
      <Field name="seen.production" draft={draft} />
    </fieldset>
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
