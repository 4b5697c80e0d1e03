import type { Child } from 'hono/jsx';
import type { PlannedOrder } from '../api/answers';
import type { FieldError } from '../cases/problems';
import { clockTime, dayAndTime, germanDate } from '../domain/clock';
import { MARKERS } from '../domain/marker';
import type { CancellationMarker } from '../domain/types';
import { MASK_LABELS } from '../domain/vocabulary';
import { areaText, Csrf, Lines, Notice } from './layout';
import { FIELD_LABELS, REASON_TEMPLATES } from './words';

/** What the forms of an order hold, as text. */
export type Draft = Readonly<Record<string, string | undefined>>;

/** The event that is to be cancelled, as far as the page shows it. */
export interface ShownEvent {
  house: string;
  eventNumber: string;
  title: string;
  startsAt: string;
  venue: string;
  location: string;
  status: string;
}

interface OrderForm {
  house: string;
  eventNumber: string;
  /** `null`: a guided house; the clerk says what stands in the mask. */
  event: ShownEvent | null;
  draft: Draft;
  csrfToken: string;
  faults?: readonly FieldError[];
}

const MARKER_HINTS: Record<CancellationMarker, string> = {
  ENTFÄLLT: 'Nur diese Vorstellung entfällt. Das Stück wird weiter gespielt.',
  ABGESAGT: 'Die Veranstaltung ist abgesagt.',
};

/** The second page of an order: which addition, and why. */
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
        <label for="reason">Hinweis für Ö-Ticket</label>
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

function EventFacts({ title, startsAt, venue, location, status, house, eventNumber }: ShownEvent) {
  return (
    <p class="event">
      <strong>{title}</strong>
      <span>{`${dayAndTime(startsAt)} · ${venue}, ${location}`}</span>
      <span class="quiet">{`${house} ${eventNumber} · Status: ${status}`}</span>
    </p>
  );
}

/** What the clerk has looked at when they ordered: if it is another event by then, nothing is written. */
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

interface FieldSettings {
  name: string;
  draft: Draft;
  type?: string;
  required?: boolean;
  autocomplete?: string;
}

export function Field({ name, draft, type = 'text', ...rest }: FieldSettings) {
  return (
    <label>
      {FIELD_LABELS[name] ?? name}
      <input id={name} name={name} type={type} value={draft[name]} {...rest} />
    </label>
  );
}

function Faults({ faults }: { faults: readonly FieldError[] }) {
  if (faults.length === 0) return null;
  return (
    <Notice kind="error">
      <p>Bitte ergänzen oder ändern, es wurde nichts geschrieben:</p>
      <ul>
        {faults.map(({ path, text }) => (
          <li>{`${path === 'reason' ? 'Hinweis für Ö-Ticket' : (FIELD_LABELS[path] ?? path)}: ${text}`}</li>
        ))}
      </ul>
    </Notice>
  );
}

interface CheckForm {
  house: string;
  eventNumber: string;
  event: ShownEvent;
  plan: PlannedOrder;
  /** The longest titles that the mask takes, where somebody knows. */
  limits: { title: number; customerTitle: number; externalMemo: number } | null;
  draft: Draft;
  csrfToken: string;
}

const TEXTS = ['title', 'customerTitle', 'externalMemo'] as const;

/** The third page of an order: exactly what will happen, and when. */
export function CheckPage({ house, eventNumber, event, plan, limits, draft, csrfToken }: CheckForm) {
  const marking = plan.steps.find(({ name }) => name === 'mark-titles');
  const text = (side: 'before' | 'after', field: string) =>
    (marking?.[side]?.[field] ?? null) as string | null;
  const isTooLate = plan.warnings.some(({ code }) => code === 'starts-soon');
  return (
    <>
      <h1>{plan.cancellable ? 'Bitte prüfen' : 'Diese Vorstellung kann so nicht abgesagt werden'}</h1>
      <EventFacts {...event} />
      {plan.refusals.map((refusal) => (
        <Notice kind="error">{refusal.text}</Notice>
      ))}
      {plan.warnings.map((warning) => (
        <Notice kind="warning">{warning.text}</Notice>
      ))}
      {plan.cancellable && !isTooLate && <Notice kind="good">Alles bereit.</Notice>}
      {marking && (
        <section class="sheet">
          <h2>So sehen es Ihre Kundinnen und Kunden</h2>
          {TEXTS.map((field) => (
            <Change
              label={MASK_LABELS[field]}
              before={text('before', field)}
              after={text('after', field)}
              limit={limits?.[field] ?? null}
            />
          ))}
        </section>
      )}
      {plan.cancellable && <Times plan={plan} />}
      <form method="post" action="/absagen">
        <Csrf token={csrfToken} />
        {Object.entries({ ...draft, house, eventNumber, planHash: plan.planHash }).map(
          ([name, value]) => value !== undefined && <input type="hidden" name={name} value={value} />,
        )}
        <div class="buttons">
          {plan.cancellable && (
            <button type="submit" class="danger">
              Diese Vorstellung jetzt absagen
            </button>
          )}
          <button
            type="submit"
            class="second"
            formaction={`/absagen/neu/${house}/${eventNumber}`}
            name="intent"
            value="edit"
          >
            Zurück und ändern
          </button>
        </div>
      </form>
    </>
  );
}

export function Change({
  label,
  before,
  after,
  limit = null,
}: {
  label: string;
  before: string | null;
  after: string | null;
  limit?: number | null;
}) {
  if (!before && !after) return null;
  return (
    <div class="change">
      <h3>{label}</h3>
      <dl>
        <dt>bisher</dt>
        <dd>{before ? <Lines text={before} /> : <span class="quiet">(leer)</span>}</dd>
        <dt>dann</dt>
        <dd class="after">
          {after ? <Lines text={after} /> : <span class="quiet">(leer)</span>}
          {limit !== null && limit < 10_000 && (
            <span class="counter">{` ${(after ?? '').length} von ${limit} Zeichen`}</span>
          )}
        </dd>
      </dl>
    </div>
  );
}

function Times({ plan }: { plan: PlannedOrder }) {
  const right = plan.steps.find(({ name }) => name === 'grant-right')?.after?.validUntil as
    string | undefined;
  const rows: [string, Child][] = [
    ['sofort', 'Titel und Hinweis werden gespeichert.'],
    [
      plan.stornoAt ? `ab ca. ${clockTime(plan.stornoAt)}` : '',
      <>
        Der Status wird auf Storno gesetzt.{' '}
        <strong>Bis dahin können Sie abbrechen, danach nicht mehr.</strong>
      </>,
    ],
    [
      plan.finishedAt ? `ca. ${clockTime(plan.finishedAt)}` : '',
      `Kontrolle in Connect Online, Stornoberechtigung${right ? ` bis ${germanDate(right)}` : ''}, E-Mail an Ö-Ticket. Fertig.`,
    ],
  ];
  return (
    <section class="sheet">
      <h2>Was geschieht, und wann</h2>
      <dl class="times">
        {rows.map(([when, what]) => (
          <>
            <dt>{when}</dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
