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

/** Sends what has changed since the last time. `null`: at the moment nobody knows how things stand. */
export function sendRegions(reply: FastifyReply, states: AsyncIterable<Regions | null>): FastifyReply {
  return sendEvents(reply, changes(states));
}

async function* changes(states: AsyncIterable<Regions | null>): AsyncGenerator<string, void> {
  let known: Regions = new Map();
  for await (const state of states) {
    if (!state) {
      yield 'event: problem\ndata: {}\n\n';
      continue;
    }
    const patches = [...state]
      .filter(([id, { html, into }]) => known.get(id)?.html !== html || known.get(id)?.into !== into)
      .map(([id, region]) => ({ id, ...region }));
    // A region that is gone has no markup any more.
    const gone = [...known.keys()].filter((id) => !state.has(id)).map((id) => ({ id, html: '', into: '' }));
    known = state;
    yield `data: ${JSON.stringify([...gone, ...patches])}\n\n`;
  }
  yield 'event: end\ndata: {}\n\n';
}
