import type { FastifyReply } from 'fastify';
import { sendEvents } from '../api/stream';

/** A part of a page that changes by itself: its whole element, and the id of the element that it stands in. */
export interface Region {
  html: string;
  into: string;
}

/** By the id of the region's element, in their order on the page. */
export type Regions = ReadonlyMap<string, Region>;

/** Makes regions of elements, each with its id. */
export function toRegions(parts: readonly { id: string; into: string; element: unknown }[]): Regions {
  return new Map(parts.map(({ id, into, element }) => [id, { html: String(element), into }]));
}

/** How long a browser waits before it asks again for a stream that it has lost. */
const RETRY_MS = 2_000;

/**
 * Sends what has changed since the last time. `null`: at the moment nobody knows how things stand. `end`: nothing more
 * is to come, and the browser need not ask again.
 */
export function sendRegions(
  reply: FastifyReply,
  states: AsyncIterable<Regions | null | 'end'>,
): FastifyReply {
  return sendEvents(reply, changes(states));
}

async function* changes(states: AsyncIterable<Regions | null | 'end'>): AsyncGenerator<string, void> {
  yield `retry: ${RETRY_MS}\n\n`;
  let known: Regions = new Map();
  for await (const state of states) {
    if (state === null) {
      yield 'event: problem\ndata: {}\n\n';
    } else if (state === 'end') {
      yield 'event: end\ndata: {}\n\n';
    } else {
      yield `data: ${JSON.stringify(compare(known, state))}\n\n`;
      known = state;
    }
  }
}

/** In their order on the page, each with the one that it stands before. */
function compare(known: Regions, present: Regions) {
  const next = new Map<string, string>();
  const patches = [...present]
    .reverse()
    .map(([id, region]) => {
      const before = next.get(region.into) ?? null;
      next.set(region.into, id);
      return { id, ...region, before };
    })
    .reverse()
    .filter(({ id, html, into }) => known.get(id)?.html !== html || known.get(id)?.into !== into);
  // A region that is gone has no markup any more.
  const gone = [...known.keys()].filter((id) => !present.has(id)).map((id) => ({ id, html: '' }));
  return [...gone, ...patches];
}
