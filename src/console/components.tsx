import type { Child } from 'hono/jsx';
import { raw } from 'hono/html';
import { dayAndTime } from '../domain/clock';
import type { CaseState } from '../domain/vocabulary';
import type { Draft } from './forms';
import { FIELD_LABELS, STATES } from './words';

export function Csrf({ token }: { token: string }) {
  return <input type="hidden" name="_csrf" value={token} />;
}

/** Something that the reader must not overlook. */
export function Notice({
  kind,
  children,
}: {
  kind: 'error' | 'warning' | 'good' | 'info';
  children?: Child;
}) {
  return (
    <div class={`notice ${kind}`} role={kind === 'error' ? 'alert' : undefined}>
      {children}
    </div>
  );
}

/** Text with its line breaks, as it stands in a field of a mask. */
export function Lines({ text }: { text: string }) {
  return <span class="lines">{text}</span>;
}

/** A text area whose first line break the browser would swallow otherwise. */
export function areaText(text: string): string {
  return text.startsWith('\n') ? `\n${text}` : text;
}

/** Markup that this room has rendered itself. */
export function rendered(html: string) {
  return raw(html);
}

export function Badge({ state }: { state: CaseState }) {
  const { sign, text } = STATES[state];
  return (
    <span class={`badge ${state}`}>
      <span aria-hidden="true">{sign}</span> {text}
    </span>
  );
}

export function HouseField({
  houses,
  house,
  any,
}: {
  houses: readonly { key: string; name: string }[];
  house?: string;
  any?: string;
}) {
  return (
    <label>
      Haus
      <select name="haus">
        {any && <option value="">{any}</option>}
        {houses.map(({ key, name }) => (
          <option value={key} selected={key === house}>
            {`${key} · ${name}`}
          </option>
        ))}
      </select>
    </label>
  );
}

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

export function EventFacts({ title, startsAt, venue, location, status, house, eventNumber }: ShownEvent) {
  return (
    <p class="event">
      <strong>{title}</strong>
      <span>{`${dayAndTime(startsAt)} · ${venue}, ${location}`}</span>
      <span class="quiet">{`${house} ${eventNumber} · Status: ${status}`}</span>
    </p>
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
