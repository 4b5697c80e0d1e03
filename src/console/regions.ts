import { unbroken } from './unbroken';

/** A part of a page that the live stream updates: its whole element, and the id of its parent element. */
export interface Region {
  html: string;
  into: string;
}

/** Regions by the id of their element, in the order of the page. */
export type Regions = ReadonlyMap<string, Region>;

/** Renders elements into regions. */
export function toRegions(parts: readonly { id: string; into: string; element: unknown }[]): Regions {
  return new Map(parts.map(({ id, into, element }) => [id, { html: unbroken(String(element)), into }]));
}

/** How long a browser waits before it reconnects to a stream that broke off. */
export const RETRY_EVENT = 'retry: 2000\n\n';

/** The state of a page; `null`: it cannot be read at the moment. After the last one nothing will change any more. */
export type PageState = { regions: Regions; isLast?: boolean } | null;

/** The regions of a page that changed since its last state, as events of a stream that other pages share. */
export async function* regionEvents(
  seite: string,
  states: AsyncIterable<PageState>,
): AsyncGenerator<string, void> {
  let known: Regions = new Map();
  const problem = toEvent('problem', { seite });
  try {
    for await (const state of states) {
      if (state === null) yield problem;
      else {
        const regions = compare(known, state.regions);
        yield toEvent(state.isLast ? 'last' : 'message', { seite, regions });
        known = state.regions;
      }
    }
  } catch {
    // One page that cannot be shown must not take the stream from the others.
    yield problem;
  }
}

function toEvent(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
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
