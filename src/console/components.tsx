import type { Child } from 'hono/jsx';
import { raw } from 'hono/html';
import { dayAndTime } from '../domain/clock';
import { visibleToCompare } from '../domain/visible';
import type { TaskContact } from '../domain/types';
import type { CaseState } from '../domain/vocabulary';
import type { Draft } from './forms';
import { badgeOf, FIELD_LABELS } from './words';

/** The session's secret, which every form that posts must carry. */
export function Csrf({ token }: { token: string }) {
  return <input type="hidden" name="_csrf" value={token} />;
}

/** A box that the reader must not overlook; an error is also announced by screen readers. */
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

/** Why an action was not carried out. `isInDoubt`: nobody can say whether it was. */
export function Faults({ faults, isInDoubt = false }: { faults: readonly string[]; isInDoubt?: boolean }) {
  return (
    <Notice kind="error">
      <p>{isInDoubt ? 'Bitte nachsehen:' : 'Das wurde nicht ausgeführt:'}</p>
      <ul>
        {faults.map((fault) => (
          <li>{fault}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** Text that keeps its line breaks, as a field of a mask shows it. */
export function Lines({ text }: { text: string }) {
  return <span class="lines">{text}</span>;
}

/** The content of a text area. HTML drops a first line break there, so one is put before it. */
export function areaText(text: string): string {
  return text.startsWith('\n') ? `\n${text}` : text;
}

/** Puts markup into a page unescaped. Only for markup that the console has rendered itself. */
export function rendered(html: string) {
  return raw(html);
}

/** The state of a case, as sign and words. */
export function Badge({ state }: { state: CaseState }) {
  return <Sign kind={state} {...badgeOf(state)} />;
}

/** A state as sign and words. `kind`: its colour. */
export function Sign({ kind, sign, text }: { kind: string; sign: string; text: string }) {
  return (
    <span class={`badge ${kind}`}>
      <span aria-hidden="true">{sign}</span> {text}
    </span>
  );
}

/** The choice of a house; `any` labels the choice of all houses. */
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

/** What the pages of an order show of the event that is to be cancelled. */
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

/** One line of a form, with its label from `FIELD_LABELS`. */
export function Field({ name, draft, type = 'text', ...rest }: FieldSettings) {
  return (
    <label>
      {FIELD_LABELS[name] ?? name}
      <input id={name} name={name} type={type} value={draft[name]} {...rest} />
    </label>
  );
}

/** A text before and after marking, with what cannot be seen in it by its number; nothing if it is empty in both. */
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
  const counter = limit !== null && limit < 10_000 && (
    <span class="counter">{` ${(after ?? '').length} von ${limit} Zeichen`}</span>
  );
  if (before !== null && before === after) {
    return (
      <div class="change">
        <h3>{label}</h3>
        <dl>
          <dt>bleibt</dt>
          <dd>
            <Lines text={visibleToCompare(before)} />
          </dd>
        </dl>
      </div>
    );
  }
  return (
    <div class="change">
      <h3>{label}</h3>
      <dl>
        <dt>bisher</dt>
        <dd>{before ? <Lines text={visibleToCompare(before)} /> : <span class="quiet">(leer)</span>}</dd>
        <dt>dann</dt>
        <dd class="after">
          {after ? <Lines text={visibleToCompare(after)} /> : <span class="quiet">(leer)</span>}
          {counter}
        </dd>
      </dl>
    </div>
  );
}

/** A telephone number that a phone can dial. */
export function Phone({ phone }: { phone: string }) {
  return <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>{phone}</a>;
}

/** Whom to call, each with a number to dial. */
export function Contacts({ contacts }: { contacts: readonly TaskContact[] }) {
  if (contacts.length === 0) return null;
  return (
    <ul class="contacts">
      {contacts.map(({ name, phone }) => (
        <li>
          {name}: <Phone phone={phone} />
        </li>
      ))}
    </ul>
  );
}
