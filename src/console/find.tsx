import type { ListedEvent } from '../cases/events';
import { addDays, longDate, numericDayAndTime, viennaDate } from '../domain/clock';
import { STORNO_WORD } from '../domain/status';
import { isEnd, type CaseState } from '../domain/vocabulary';
import { Badge, HouseField, Notice } from './components';
import { PracticeLink } from './practice-masks';

export interface Search {
  house: string;
  /** A day in Vienna; absent: from today on. */
  day?: string;
  text?: string;
}

interface Find {
  search: Search;
  houses: readonly { key: string; name: string; backend: 'gateway' | 'guided' }[];
  events: readonly ListedEvent[];
  /** Address of the next events; `null`: there are no more. */
  more: string | null;
  /** Address of the practice masks; `null`: there are none. */
  masks?: string | null;
  /** Why no events could be read. */
  fault?: string;
}

/** The first page of an order: the choice of a performance, those of today and tomorrow first. */
export function FindPage({ search, houses, events, more, masks, fault }: Find) {
  const { name, backend } = houses.find(({ key }) => key === search.house) ?? {};
  const isGuided = backend === 'guided';
  return (
    <>
      <h1>Welche Vorstellung entfällt?</h1>
      <form class="filter" method="get" action="/absagen/neu">
        <HouseField houses={houses} house={search.house} />
        <label>
          Suchen nach
          <input
            type="search"
            name="text"
            value={search.text}
            maxlength={200}
            placeholder="Titel, Saal, heute, 19.30"
          />
        </label>
        <label>
          Tag
          <input type="date" name="tag" value={search.day} />
        </label>
        <button type="submit">Suchen</button>
      </form>
      {fault && <Notice kind="error">{fault}</Notice>}
      <p class="facts">{`Vorstellungen: ${search.house} · ${name ?? ''}`}</p>
      {isGuided ? (
        <GuidedStart house={search.house} masks={masks && `${masks}?haus=${search.house}`} />
      ) : (
        byDay(events).map(({ title, events: ofDay }) => (
          <section class="group">
            <h2>{title}</h2>
            <ul class="cases">
              {ofDay.map((event) => (
                <Choice {...event} />
              ))}
            </ul>
          </section>
        ))
      )}
      {!isGuided && !fault && events.length === 0 && (
        <Notice kind="info">
          Keine Vorstellung gefunden. Bitte mit weniger Wörtern suchen, oder ohne Tag: dann werden alle ab
          heute gezeigt.
        </Notice>
      )}
      {more && (
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

/** Day and time stand first, in equal weight: they are what distinguishes two shows of one title. */
function Choice({ house, eventNumber, title, startsAt, venue, location, status, ...rest }: ListedEvent) {
  const { cancellation, soldViaPartner } = rest;
  // The page of the order says itself why an event that is no longer Storno is taken, if it is.
  const isOver = cancellation !== null && isEnd(cancellation);
  const isTaken = cancellation !== null && (!isOver || (holdsEvent(cancellation) && status === STORNO_WORD));
  return (
    <li class="case">
      <a href={isTaken ? `/absagen/${house}/${eventNumber}` : `/absagen/neu/${house}/${eventNumber}`}>
        <span class="time">{numericDayAndTime(startsAt)}</span>
        <strong>{title}</strong>
        <span class="facts">{`${house} · ${venue}, ${location} · VA-Nr. ${eventNumber}`}</span>
      </a>
      <span class="facts">
        {`Status: ${status}`}
        {!soldViaPartner && ' · nicht bei Ö-Ticket'}
      </span>
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
