import type { Child } from 'hono/jsx';
import type { WireRight } from '../../jet/contract';
import type { ChannelRow } from '../channel-sync';
import type { StoredEvent } from '../event-store';
import { LABELS, MASKS, maskPath, STATUSES, USER_KEYS, USERS, type Mask } from './words';

/** What a form carries so that only this page can send it. */
interface Guarded {
  secret: string;
}

/** What the last save did: `null` for a mask that was only opened. */
export type Saving = { kind: 'good' | 'bad'; text: string } | null;

/** A whole page. The template escapes every text, and no page needs JavaScript. */
export function renderMask(title: string, body: Child): string {
  const page = (
    <html lang="de-AT">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`[ÜBUNG] ${title} – Übungsmaske`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/masken/masken.css" />
      </head>
      <body>
        <p class="practice">ÜBUNG – das ist nicht Jet. Was hier gespeichert wird, gilt nur im Simulator.</p>
        <main>{body}</main>
      </body>
    </html>
  );
  return `<!doctype html>${String(page)}`;
}

/** The programme of a house, with the way to the three masks of each performance. */
export function ProgrammePage({
  house,
  houses,
  events,
}: {
  house: string;
  houses: readonly string[];
  events: readonly StoredEvent[];
}) {
  return (
    <>
      <h1>Übungsmasken</h1>
      <p>
        Drei Masken, so wie sie die Anleitung zum Absagen nennt: zum Üben in einem zweiten Fenster, neben der
        Absage.
      </p>
      <form method="get" action="/masken">
        <label for="haus">{LABELS.house}</label>
        <select id="haus" name="haus">
          {houses.map((key) => (
            <option value={key} selected={key === house}>
              {key}
            </option>
          ))}
        </select>
        <button type="submit">Anzeigen</button>
      </form>
      {events.length === 0 && <p class="quiet">Dieses Haus hat keine kommende Veranstaltung.</p>}
      <ul class="list">
        {events.map(({ eventNumber, title, startsAt, venue, status }) => (
          <li>
            <strong>{title}</strong>
            <br />
            {`${moment(startsAt)}, ${venue} · ${LABELS.eventNumber} ${eventNumber} · ${status}`}
            <Links eventNumber={eventNumber} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Veranstaltungen bearbeiten: the texts and the status of an event. */
export function EventMask({
  event,
  typed = event,
  saving,
  secret,
}: Guarded & {
  event: StoredEvent;
  /** What stands in the fields, where it was not saved. */
  typed?: Pick<StoredEvent, 'title' | 'customerTitle' | 'externalMemo' | 'status'>;
  saving: Saving;
}) {
  const { eventNumber, startsAt, venue, location, organiser, production, house, status, version } = event;
  // A word that nobody can choose still has to be shown as it is.
  const statuses = [...new Set<string>([status, ...STATUSES])];
  return (
    <MaskPage mask="event" eventNumber={eventNumber} saving={saving}>
      <form method="post" action={maskPath('event', eventNumber)}>
        <input type="hidden" name="secret" value={secret} />
        <input type="hidden" name="version" value={version} />
        <label for="title">{LABELS.title}</label>
        <input id="title" name="title" value={typed.title} autocomplete="off" />
        <label for="customerTitle">{LABELS.customerTitle}</label>
        <input id="customerTitle" name="customerTitle" value={typed.customerTitle ?? ''} autocomplete="off" />
        <label for="externalMemo">{LABELS.externalMemo}</label>
        <textarea id="externalMemo" name="externalMemo" rows={5}>
          {`\n${typed.externalMemo ?? ''}`}
        </textarea>
        <label for="status">{LABELS.status}</label>
        <select id="status" name="status">
          {statuses.map((word) => (
            <option value={word} selected={word === typed.status}>
              {word}
            </option>
          ))}
        </select>
        <button type="submit">Speichern</button>
      </form>
      <div class="sheet">
        <Facts
          facts={[
            [LABELS.eventNumber, eventNumber],
            [LABELS.startsAt, moment(startsAt)],
            [LABELS.venue, venue],
            [LABELS.location, location],
            [LABELS.organiser, organiser],
            [LABELS.production, production ?? ''],
            [LABELS.house, house],
            ['Zuletzt gespeichert', moment(event.savedAt)],
          ]}
        />
      </div>
    </MaskPage>
  );
}

/** Connect Online Veranstaltungsinformationen: what has reached Ö-Ticket. Nobody can change anything here. */
export function ChannelMask({ eventNumber, row }: { eventNumber: string; row: ChannelRow | null }) {
  return (
    <MaskPage mask="channel" eventNumber={eventNumber} saving={null}>
      <div class="sheet">
        {row ? (
          <Facts
            facts={[
              [LABELS.eventNumber, eventNumber],
              [LABELS.title, row.title],
              [LABELS.status, row.status],
              [LABELS.transferredAt, moment(row.transferredAt)],
            ]}
          />
        ) : (
          <p>Connect Online zeigt diese Veranstaltung nicht.</p>
        )}
      </div>
      <p>
        Übertragen wird nicht beim Speichern, sondern beim nächsten Abgleich.{' '}
        <a href={maskPath('channel', eventNumber)}>Neu anzeigen</a>
      </p>
    </MaskPage>
  );
}

/** Erweiterte Stornoberechtigungen: which user may cancel tickets of the event, and how long. */
export function RightsMask({
  eventNumber,
  rights,
  saving,
  secret,
}: Guarded & { eventNumber: string; rights: readonly WireRight[]; saving: Saving }) {
  return (
    <MaskPage mask="rights" eventNumber={eventNumber} saving={saving}>
      <h2>Vergeben</h2>
      {rights.length === 0 && <p class="quiet">Für diese Veranstaltung hat niemand ein Recht.</p>}
      {rights.map(({ user, validFrom, validUntil }) => (
        <div class="sheet">
          <Facts
            facts={[
              [LABELS.user, nameOf(user)],
              [LABELS.validFrom, validFrom ? day(validFrom) : 'unbegrenzt'],
              [LABELS.validUntil, validUntil ? day(validUntil) : 'unbegrenzt'],
            ]}
          />
        </div>
      ))}
      <h2>Zuweisen</h2>
      <form method="post" action={maskPath('rights', eventNumber)}>
        <input type="hidden" name="secret" value={secret} />
        <label for="user">{LABELS.user}</label>
        <select id="user" name="user" required>
          <option value="">bitte wählen</option>
          {USER_KEYS.map((key) => (
            <option value={key}>{USERS[key]}</option>
          ))}
        </select>
        <label for="validFrom">{LABELS.validFrom}</label>
        <input type="date" id="validFrom" name="validFrom" required />
        <label for="validUntil">{LABELS.validUntil}</label>
        <input type="date" id="validUntil" name="validUntil" required />
        <button type="submit">Speichern</button>
      </form>
    </MaskPage>
  );
}

/** A form that cannot be taken, or an event that is not there. */
export function RefusedPage({ text }: { text: string }) {
  return (
    <>
      <h1>Übungsmasken</h1>
      <p class="notice bad" role="alert">
        {text}
      </p>
      <p>
        <a href="/masken">Zu allen Übungsmasken</a>
      </p>
    </>
  );
}

function MaskPage({
  mask,
  eventNumber,
  saving,
  children,
}: {
  mask: Mask;
  eventNumber: string;
  saving: Saving;
  children?: Child;
}) {
  const { way } = MASKS[mask];
  return (
    <>
      <ol class="way" aria-label="Weg zur Maske">
        {way.map((part) => (
          <li>{part}</li>
        ))}
      </ol>
      <h1>{`${way.at(-1)} · ${LABELS.eventNumber} ${eventNumber}`}</h1>
      <Links eventNumber={eventNumber} here={mask} />
      {saving && (
        <p class={`notice ${saving.kind}`} role={saving.kind === 'bad' ? 'alert' : 'status'}>
          {saving.text}
        </p>
      )}
      {children}
      <p>
        <a href="/masken">Alle Veranstaltungen</a>
      </p>
    </>
  );
}

function Links({ eventNumber, here }: { eventNumber: string; here?: Mask }) {
  return (
    <nav aria-label={`Masken zu ${eventNumber}`}>
      {(Object.keys(MASKS) as Mask[]).map((mask) => (
        <a href={maskPath(mask, eventNumber)} aria-current={mask === here ? 'page' : undefined}>
          {MASKS[mask].link}
        </a>
      ))}
    </nav>
  );
}

function Facts({ facts }: { facts: readonly (readonly [string, string])[] }) {
  return (
    <dl>
      {facts.map(([label, text]) => (
        <>
          <dt>{label}</dt>
          <dd>{text === '' ? '(leer)' : text}</dd>
        </>
      ))}
    </dl>
  );
}

function nameOf(user: string): string {
  return USERS[user as keyof typeof USERS] ?? user;
}

const MOMENT = new Intl.DateTimeFormat('de-AT', {
  timeZone: 'Europe/Vienna',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** `12.12.2026, 19:30`, as a mask shows it. */
function moment(instant: string): string {
  return MOMENT.format(new Date(instant));
}

/** `12.12.2026` */
function day(date: string): string {
  return date.split('-').reverse().join('.');
}
