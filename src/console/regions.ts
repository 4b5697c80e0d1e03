import type { FastifyReply } from 'fastify';
import { sendEvents } from '../api/stream';

/** A part of a page that the live stream updates: its whole element, and the id of its parent element. */
export interface Region {
  html: string;
  into: string;
}

/** Regions by the id of their element, in the order of the page. */
export type Regions = ReadonlyMap<string, Region>;

/** Renders elements into regions. */
export function toRegions(parts: readonly { id: string; into: string; element: unknown }[]): Regions {
  return new Map(parts.map(({ id, into, element }) => [id, { html: String(element), into }]));
}

/** How long a browser waits before it reconnects to a stream that broke off. */
const RETRY_MS = 2_000;

/** The state of a page; `null`: it cannot be read at the moment. After the last one nothing will change any more. */
export type PageState = { regions: Regions; isLast?: boolean } | null;

/** Sends the regions that changed since the last state. */
export function sendRegions(reply: FastifyReply, states: AsyncIterable<PageState>): FastifyReply {
  return sendEvents(reply, changes(states));
}

async function* changes(states: AsyncIterable<PageState>): AsyncGenerator<string, void> {
  yield `retry: ${RETRY_MS}\n\n`;
  let known: Regions = new Map();
  for await (const state of states) {
    if (state === null) {
      yield 'event: problem\ndata: {}\n\n';
    } else {
      const { regions, isLast } = state;
      yield `${isLast ? 'event: last\n' : ''}data: ${JSON.stringify(compare(known, regions))}\n\n`;
      known = regions;
    }
  }
}

/** The changed regions in the order of the page, each with the id of the region that follows it. */
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
  // Empty markup tells the browser to remove the region.
  const gone = [...known.keys()].filter((id) => !present.has(id)).map((id) => ({ id, html: '' }));
  return [...gone, ...patches];
}
