import type { ListedEvent } from '../cases/events';
import { addDays, clockOn, longDate, numericDayAndTime, toInstant, viennaDate } from '../domain/clock';
import { STORNO_WORD } from '../domain/status';
import type { Instant, TaskContact } from '../domain/types';
import { isEnd, type CaseState } from '../domain/vocabulary';
import { Badge, Contacts, HouseField, Notice } from './components';
import { PracticeLink } from './practice-masks';

export interface Search {
  house: string;
  /** A day in Vienna; absent: from today on. */
  day?: string;
  text?: string;
}

export interface Find {
  /** `house` is `null`: none is chosen yet. */
  search: Omit<Search, 'house'> & { house: string | null };
  houses: readonly { key: string; name: string; backend: 'gateway' | 'guided' }[];
  events: readonly ListedEvent[];
  /** Address of the next events; `null`: there are no more. */
  more: string | null;
  /** When Jet was read, and the address that reads it anew; `null`: it was not read. */
  read: { at: Instant; again: string } | null;
  /** Address of the practice masks; `null`: there are none. */
  masks?: string | null;
  /** Why no events could be read. */
  fault?: Fault;
}

/** What went wrong, and what a person does about it. */
export interface Fault {
  title: string;
  next: string;
  contact: TaskContact | null;
}

/** The first page of an order: the choice of a performance, those of today and tomorrow first. */
export function FindPage(find: Find) {
  const { search, houses, fault, masks } = find;
  const { backend, name = '' } = houses.find(({ key }) => key === search.house) ?? {};
  const isChosen = search.house !== null;
  return (
    <>
      <h1>Welche Vorstellung entfällt?</h1>
      <form class="filter" method="get" action="/absagen/neu">
        <HouseField
          houses={houses}
          house={search.house ?? undefined}
          any={isChosen ? undefined : 'Bitte wählen'}
        />
        {backend !== 'guided' && <Words {...search} />}
        <button type="submit">{backend === 'guided' ? 'Anzeigen' : 'Suchen'}</button>
      </form>
      {!isChosen && <ChooseHouse {...find} />}
      {fault && (
        <Notice kind="error">
          <p>
            <strong>{fault.title}</strong>
          </p>
          <p>{fault.next}</p>
          <Contacts contacts={fault.contact ? [fault.contact] : []} />
        </Notice>
      )}
      {isChosen && <h2 class="house">{`${search.house} · ${name}`}</h2>}
      {backend === 'guided' && (
        <GuidedStart house={search.house ?? ''} masks={masks && `${masks}?haus=${search.house}`} />
      )}
      {backend === 'gateway' && <Programme {...find} />}
    </>
  );
}

function Words({ text, day }: Pick<Search, 'text' | 'day'>) {
  return (
    <>
      <label>
        Suchen nach
        <input
          type="search"
          name="text"
          value={text}
          maxlength={200}
          placeholder="Titel, Saal, heute, 19.30"
        />
      </label>
      <label>
        Tag
        <input type="date" name="tag" value={day} />
      </label>
    </>
  );
}

/** Which house is one's own no list can know: the first of several is never taken silently. */
function ChooseHouse({ houses, search }: Find) {
  const words = { ...(search.day && { tag: search.day }), ...(search.text && { text: search.text }) };
  return (
    <section class="group">
      <h2>Für welches Haus?</h2>
      <ul class="houses">
        {houses.map(({ key, name }) => (
          <li>
            <a href={`/absagen/neu?${new URLSearchParams({ haus: key, ...words })}`}>{`${key} · ${name}`}</a>
          </li>
        ))}
      </ul>
      <p class="hint">Dieser Browser merkt sich das Haus für die nächste Absage.</p>
    </section>
  );
}

function Programme({ events, fault, more, read, search }: Find) {
  const isUnfinished = more !== null && Boolean(search.text);
  return (
    <>
      {read && (
        <p class="hint">
          {`Stand in Jet: ${clockOn(read.at, toInstant(Date.now()))}. `}
          <a href={read.again}>Neu lesen</a>
        </p>
      )}
      {byDay(events).map(({ title, events: ofDay }) => (
        <section class="group">
          <h2>{title}</h2>
          <ul class="cases">
            {ofDay.map((event) => (
              <Choice {...event} />
            ))}
          </ul>
        </section>
      ))}
      {!fault && events.length === 0 && !isUnfinished && (
        <Notice kind="info">
          Keine Vorstellung gefunden. Bitte mit weniger Wörtern suchen, oder ohne Tag: dann werden alle ab
          heute gezeigt.
        </Notice>
      )}
      {isUnfinished && (
        <Notice kind="info">
          Es ist noch nicht das ganze Programm durchsucht. <a href={more ?? ''}>Weiter suchen</a>
        </Notice>
      )}
      {more && !isUnfinished && (
        <p>
          <a href={more}>Weitere anzeigen</a>
        </p>
      )}
    </>
  );
}

function byDay(events: readonly ListedEvent[]): { title: string; events: ListedEvent[] }[] {
  const today = viennaDate(new Date().toISOString());
  const titles: Record<string, string> = { [today]: 'Heute', [addDays(today, 1)]: 'Morgen' };
  const groups = new Map<string, ListedEvent[]>();
  for (const event of events) {
    const day = viennaDate(event.startsAt);
    const name = titles[day];
    const title = name ? `${name}, ${longDate(event.startsAt)}` : day > today ? 'Später' : 'Schon vorbei';
    groups.set(title, [...(groups.get(title) ?? []), event]);
  }
  return [...groups].map(([title, ofDay]) => ({ title, events: ofDay }));
}

function holdsEvent(end: CaseState): boolean {
  return end !== 'aborted' && end !== 'refused';
}

/** What a show is told by stands first, in equal weight: house, day and hour distinguish two shows of one title. */
function Choice(event: ListedEvent) {
  const { house, eventNumber, title, startsAt, venue, location, status, cancellation } = event;
  // The page of the order says itself why an event that is no longer Storno is taken, if it is.
  const isOver = cancellation !== null && isEnd(cancellation);
  const isTaken = cancellation !== null && (!isOver || (holdsEvent(cancellation) && status === STORNO_WORD));
  const page = isTaken ? `/absagen/${house}/${eventNumber}` : `/absagen/neu/${house}/${eventNumber}`;
  const refusals = isTaken ? [] : event.refusals;
  // A show that has begun can be cancelled with a tick: its form asks for it.
  const isRefused = refusals.some(({ code }) => code !== 'event-past');
  const heading = (
    <>
      <span class="time">{`${house} · ${numericDayAndTime(startsAt)}`}</span>
      <strong>{title}</strong>
      <span class="facts">{`${venue}, ${location} · VA-Nr. ${eventNumber}`}</span>
    </>
  );
  return (
    <li class={`case ${isRefused ? 'refused' : ''}`}>
      {isRefused ? <div>{heading}</div> : <a href={page}>{heading}</a>}
      <div class="facts">
        {refusals.length === 0 && `Status: ${status}`}
        {refusals.map(({ text }) => (
          <p class="why">{text}</p>
        ))}
        {isRefused && <a href={page}>Was ist zu tun?</a>}
      </div>
      {cancellation && <Badge state={cancellation} />}
    </li>
  );
}

/** Absage cannot read the Jet of a guided house, so its clerk enters the event's number. */
function GuidedStart({ house, masks }: { house: string; masks?: string | null }) {
  return (
    <form class="sheet" method="get" action="/absagen/neu/von-hand">
      <p>
        Dieses Haus ist nicht mit Jet verbunden. Absage führt Sie durch die Masken: bitte öffnen Sie die
        Veranstaltung in Jet und geben Sie ihre Nummer ein.
      </p>
      <PracticeLink href={masks} />
      <input type="hidden" name="haus" value={house} />
      <label>
        VA-Nummer
        <input name="nummer" inputmode="numeric" pattern="[1-9][0-9]{0,9}" required autocomplete="off" />
      </label>
      <button type="submit">Weiter</button>
    </form>
  );
}
