import type { ListedEvent } from '../cases/events';
import { addDays, clockOn, longDate, numericDayAndTime, toInstant, viennaDate } from '../domain/clock';
import { STORNO_WORD } from '../domain/status';
import type { Instant, TaskContact } from '../domain/types';
import { isEnd, type CaseState } from '../domain/vocabulary';
import { Badge, Contacts, Csrf, HouseField, Notice } from './components';
import { PracticeLink } from './practice-masks';
import { CHOICE, choiceKey, choiceValue, seriesFormPath, TYPED_FORM } from './series/draft';
import { performances } from '../domain/series-progress';

/** The form to which the boxes belong, wherever they stand on the page. */
const CHOICE_FORM = 'auswahl';

export interface Search {
  house: string;
  /** A day in Vienna; absent: from today on. */
  day?: string;
  /** The last of several days in Vienna. */
  until?: string;
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
  /** What was chosen so far to be cancelled together. */
  choice: ShownChoice;
}

interface ShownChoice {
  /** Names the draft that it is kept in; absent: nothing is kept. */
  draftId?: string;
  /** As their boxes name them. */
  keys: ReadonlySet<string>;
  /** Address of this search. */
  here: string;
  csrfToken: string;
}

/** What went wrong, and what a person does about it. */
export interface Fault {
  title: string;
  next: string;
  contact: TaskContact | null;
}

/** The first page of an order: the choice of a performance, those of today and tomorrow first. */
export function FindPage(find: Find) {
  const { search, houses, fault, masks, choice } = find;
  const { backend, name = '' } = houses.find(({ key }) => key === search.house) ?? {};
  const isChosen = search.house !== null;
  return (
    <>
      <h1>Welche Vorstellung entfällt?</h1>
      <form class="filter" method="get" action="/absagen/neu">
        {choice.draftId && <input type="hidden" name={CHOICE} value={choice.draftId} />}
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
      {choice.draftId && (
        <Notice kind="info">
          {`Gemerkt für eine gemeinsame Absage: ${performances(choice.keys.size)}. `}
          <a href={seriesFormPath(choice.draftId)}>Gemerkte ansehen und absagen</a>
        </Notice>
      )}
      {isChosen && <h2 class="house">{`${search.house} · ${name}`}</h2>}
      {backend === 'guided' && (
        <GuidedStart
          house={search.house ?? ''}
          masks={masks && `${masks}?haus=${search.house}`}
          draftId={choice.draftId}
        />
      )}
      {backend === 'gateway' && <Programme {...find} />}
    </>
  );
}

function Words({ text, day, until }: Pick<Search, 'text' | 'day' | 'until'>) {
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
      <label>
        bis
        <input type="date" name="bis" value={until} aria-label="bis zu diesem Tag" />
      </label>
    </>
  );
}

/** Which house is one's own no list can know: the first of several is never taken silently. */
function ChooseHouse({ houses, search: { day, until, text }, choice: { draftId } }: Find) {
  const given = { tag: day, bis: until, text, [CHOICE]: draftId };
  const words = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
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

function Programme({ events, fault, more, read, search, choice }: Find) {
  const isUnfinished = more !== null && Boolean(search.text);
  const choosable = events.filter(isChoosable);
  const goOn = (text: string) => more && <GoOn {...{ more, text, hasBoxes: choosable.length > 0 }} />;
  return (
    <>
      {read && (
        <p class="hint">
          {`Stand in Jet: ${clockOn(read.at, toInstant(Date.now()))}. `}
          <a href={read.again}>Neu lesen</a>
        </p>
      )}
      {choosable.length > 1 && <All {...{ choice, isPart: more !== null }} />}
      {byDay(events).map(({ title, events: ofDay }) => (
        <section class="group">
          <h2>{title}</h2>
          <ul class="cases">
            {ofDay.map((event) => (
              <Choice event={event} keys={choice.keys} />
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
        <Notice kind="info">Es ist noch nicht das ganze Programm durchsucht. {goOn('Weiter suchen')}</Notice>
      )}
      {!isUnfinished && <p>{goOn('Weitere anzeigen')}</p>}
      {choosable.length > 0 && <Together {...choice} />}
    </>
  );
}

/** One press for what a search by day, hall or title has found. */
function All({ choice: { here }, isPart }: { choice: ShownChoice; isPart: boolean }) {
  return (
    <p class="hint">
      {'Mehrere auf einmal absagen: Kästchen anhaken, oder '}
      <button type="submit" class="plain" form={CHOICE_FORM} name="alle" value={here}>
        alle gezeigten auswählen
      </button>
      {isPart && ' (weiter unten kommen noch mehr)'}
    </p>
  );
}

/** Where boxes can be ticked, the next page is asked for with what is ticked. */
function GoOn({ more, text, hasBoxes }: { more: string; text: string; hasBoxes: boolean }) {
  return hasBoxes ? (
    <button type="submit" class="plain" form={CHOICE_FORM} name="ziel" value={more}>
      {text}
    </button>
  ) : (
    <a href={more}>{text}</a>
  );
}

/** What is ticked is cancelled together, or kept until more is found. */
function Together({ draftId, here, csrfToken }: ShownChoice) {
  return (
    <form id={CHOICE_FORM} class="together" method="post" action="/serien/neu/auswahl">
      <Csrf token={csrfToken} />
      {draftId && <input type="hidden" name={CHOICE} value={draftId} />}
      <div class="buttons">
        <button type="submit">Ausgewählte absagen …</button>
        <button type="submit" class="second" name="ziel" value={here}>
          Auswahl merken
        </button>
      </div>
    </form>
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

/** The page of the order says itself why an event that is no longer Storno is taken, if it is. */
function isTakenBy({ cancellation, status }: ListedEvent): boolean {
  if (cancellation === null) return false;
  return !isEnd(cancellation) || (holdsEvent(cancellation) && status === STORNO_WORD);
}

/** A show that has begun can be cancelled with a tick: the form asks for it. */
function isChoosable(event: ListedEvent): boolean {
  return !isTakenBy(event) && !isRefused(event);
}

function isRefused({ refusals }: ListedEvent): boolean {
  return refusals.some(({ code }) => code !== 'event-past');
}

/** What a show is told by stands first, in equal weight: house, day and hour distinguish two shows of one title. */
function Choice({ event, keys }: { event: ListedEvent; keys: ReadonlySet<string> }) {
  const { house, eventNumber, title, startsAt, venue, location, status, cancellation } = event;
  const isTaken = isTakenBy(event);
  const page = isTaken ? `/absagen/${house}/${eventNumber}` : `/absagen/neu/${house}/${eventNumber}`;
  const refusals = isTaken ? [] : event.refusals;
  const isHeld = !isTaken && isRefused(event);
  const heading = (
    <>
      <span class="time">{`${house} · ${numericDayAndTime(startsAt)}`}</span>
      <strong>{title}</strong>
      <span class="facts">{`${venue}, ${location} · VA-Nr. ${eventNumber}`}</span>
    </>
  );
  return (
    <li class={`case ${isHeld ? 'refused' : ''}`}>
      {isChoosable(event) && <Box {...{ event, keys }} />}
      {isHeld ? <div>{heading}</div> : <a href={page}>{heading}</a>}
      <div class="facts">
        {refusals.length === 0 && `Status: ${status}`}
        {refusals.map(({ text }) => (
          <p class="why">{text}</p>
        ))}
        {isHeld && <a href={page}>Was ist zu tun?</a>}
      </div>
      {cancellation && <Badge state={cancellation} />}
    </li>
  );
}

/** Beside it stands that it was shown: what is not ticked any more is taken back. */
function Box({ event, keys }: { event: ListedEvent; keys: ReadonlySet<string> }) {
  const { house, eventNumber, title, startsAt, expected } = event;
  const item = { house, eventNumber, expected };
  return (
    <span class="pick">
      <input type="hidden" form={CHOICE_FORM} name="gezeigt" value={choiceValue(item)} />
      <input
        id={`wahl-${house}-${eventNumber}`}
        type="checkbox"
        form={CHOICE_FORM}
        name="wahl"
        value={choiceValue(item)}
        checked={keys.has(choiceKey(item))}
        aria-label={`Auswählen: ${title}, ${numericDayAndTime(startsAt)}`}
      />
    </span>
  );
}

/** Absage cannot read the Jet of a guided house, so its clerk enters the event's number. */
function GuidedStart({
  house,
  masks,
  draftId,
}: {
  house: string;
  masks?: string | null;
  /** Something is chosen already: the next one goes with it. */
  draftId?: string;
}) {
  const ways = [
    { text: draftId ? 'Nur diese absagen' : 'Weiter', action: '/absagen/neu/von-hand' },
    { text: draftId ? 'Zur Auswahl dazu' : 'Mit anderen gemeinsam absagen …', action: TYPED_FORM },
  ];
  const [first, second] = draftId ? [...ways].reverse() : ways;
  return (
    <form class="sheet" method="get" action={first?.action}>
      <p>
        Dieses Haus ist nicht mit Jet verbunden. Absage führt Sie durch die Masken: bitte öffnen Sie die
        Veranstaltung in Jet und geben Sie ihre Nummer ein.
      </p>
      <PracticeLink href={masks} />
      <input type="hidden" name="haus" value={house} />
      {draftId && <input type="hidden" name={CHOICE} value={draftId} />}
      <label>
        VA-Nummer
        <input name="nummer" inputmode="numeric" pattern="[1-9][0-9]{0,9}" required autocomplete="off" />
      </label>
      <div class="buttons">
        <button type="submit">{first?.text}</button>
        <button type="submit" class="second" formaction={second?.action}>
          {second?.text}
        </button>
      </div>
    </form>
  );
}
