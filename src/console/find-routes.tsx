import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toProblem } from '../api/faults';
import { limited } from '../api/limits';
import { caseParams, eventsQuery } from '../api/schemas';
import { parseAs } from '../api/validation';
import { housesFor, requireHouse, type Caller } from '../cases/caller';
import { findEvents, readEvent, type EventFilter, type EventPage } from '../cases/events';
import { PROBLEMS, Problem } from '../cases/problems';
import { whoMay } from '../domain/rights';
import { toInstant, viennaDate } from '../domain/clock';
import { EVENT_NUMBER } from '../domain/input';
import type { House } from '../domain/types';
import type { ConsoleDependencies } from './dependencies';
import { FindPage, type Fault } from './find';
import type { KeptForms } from './kept-forms';
import { practiceMasks } from './practice-masks';
import { CHOICE, choiceKey, SeriesDrafts } from './series/draft';
import { show } from './show';

declare module '@fastify/secure-session' {
  interface SessionData {
    /** The house that this browser chose last. */
    house: string;
  }
}

const NOTHING: EventPage = { events: [], nextCursor: null, readAt: null };

/** The choice of a performance: of the own house, which is the only one, or the one that this browser chose last. */
export function registerFind(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): void {
  const here = '/absagen/neu';
  const drafts = new SeriesDrafts(kept);

  app.get(here, limited('searches'), async (request, reply) => {
    const { tag, bis, text, weiter, neu } = request.query as Record<string, string | undefined>;
    const houses = housesFor(deps.houses, request.caller, 'order');
    if (houses.length === 0) throw new Problem('not-allowed', whoMay('order'));
    const house = chosenHouse(deps, request, houses);
    const choice = await drafts.find(request);
    const words = {
      ...(tag && { tag }),
      ...(bis && { bis }),
      ...(text && { text }),
      ...(choice && { [CHOICE]: choice.id }),
    };
    const address = (more: Record<string, string>) =>
      `${here}?${new URLSearchParams({ haus: house?.key ?? '', ...words, ...more })}`;
    const found = house && (await programmeOf(deps, request, house, { tag, bis, text, weiter, neu }));
    const { events, nextCursor, readAt } = found instanceof Problem || !found ? NOTHING : found;
    return show(deps, request, reply, { title: 'Neue Absage', here }, (csrfToken) => (
      <FindPage
        choice={{
          draftId: choice?.id,
          keys: new Set(choice?.items.map(choiceKey)),
          here: address({}),
          csrfToken,
        }}
        search={{ house: house?.key ?? null, day: tag, until: bis, text }}
        houses={houses}
        events={events}
        more={nextCursor && address({ weiter: nextCursor })}
        read={readAt ? { at: readAt, again: address({ neu: '1' }) } : null}
        fault={found instanceof Problem && house ? faultOf(found, house) : undefined}
        masks={practiceMasks(deps)}
      />
    ));
  });

  app.get('/absagen/neu/von-hand', (request, reply) => {
    const { haus, nummer } = request.query as Record<string, unknown>;
    const typed = typeof nummer === 'string' ? nummer.trim() : nummer;
    const { house, eventNumber } = parseAs(caseParams, { house: haus, eventNumber: typed });
    return reply.redirect(`/absagen/neu/${house}/${eventNumber}`, 303);
  });
}

/** `null`: there are several, and nobody has chosen. An empty `haus` takes a choice back. */
function chosenHouse(
  deps: ConsoleDependencies,
  { query, session, caller }: FastifyRequest,
  houses: readonly House[],
): House | null {
  const { haus } = query as { haus?: string };
  if (haus) {
    const house = requireHouse(deps.houses, caller, haus, 'order');
    session.set('house', house.key);
    return house;
  }
  if (houses.length === 1) return houses[0] ?? null;
  return (haus === undefined && houses.find(({ key }) => key === session.get('house'))) || null;
}

interface Words {
  tag?: string;
  bis?: string;
  text?: string;
  weiter?: string;
  neu?: string;
}

async function programmeOf(
  deps: ConsoleDependencies,
  { caller }: FastifyRequest,
  house: House,
  { tag, bis, text, weiter, neu }: Words,
): Promise<EventPage | Problem> {
  const from = tag || viennaDate(toInstant(Date.now()));
  const given = { house: house.key, from, to: bis || tag || undefined, text: text || undefined };
  const filter = parseAs(eventsQuery, { ...given, cursor: weiter || undefined });
  return searchEvents(deps, caller, { ...filter, isNow: neu !== undefined }).catch((error: unknown) =>
    toProblem(error as Error),
  );
}

/** A number is first looked up as the number of an event: it may lie far ahead, or be over. */
async function searchEvents(
  deps: ConsoleDependencies,
  caller: Caller,
  filter: EventFilter,
): Promise<EventPage> {
  const number = filter.text?.trim() ?? '';
  if (!EVENT_NUMBER.test(number)) return findEvents(deps, caller, filter);
  const event = await readEvent(deps, caller, filter.house, number).catch((error: unknown) => {
    if (toProblem(error as Error).code !== 'event-not-found') throw error;
  });
  if (!event) return findEvents(deps, caller, filter);
  return { events: [event], nextCursor: null, readAt: toInstant(Date.now()) };
}

/** Nothing has been ordered yet: what remains is to try again, and to ask whoever can look into Jet. */
function faultOf({ code, status }: Problem, { contacts }: House): Fault {
  const title = PROBLEMS[code].title;
  if (status < 500) return { title, next: 'Bitte die Suche ändern.', contact: null };
  const next =
    'Es wurde nichts begonnen und nichts geschrieben. Bitte in ein, zwei Minuten noch einmal suchen. Eilt es, bitte das Ticketing-Team anrufen.';
  return { title, next, contact: contacts.ticketingTeam };
}
