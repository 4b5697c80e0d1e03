import type { Peer } from '../peer.ts';

/** What its API takes beside the job: the event as the clerk saw it. */
interface Event {
  title: string;
  startsAt: string;
}

const api = () => `http://127.0.0.1:${process.env.PEER_ABSAGE_PORT}/v1`;

/** Not a peer, but what they are compared with: all of it, as `npm start` runs it. */
export const absage: Peer = {
  title: 'Absage on Temporal',
  engine: 'absage',
  note: 'Where a mail may have been taken it asks a person, and never sends it again by itself.',
  work: () => Promise.reject(new Error('its worker is a part of absage up')),
  async orders() {
    return {
      async place({ eventNumber }) {
        const { title, startsAt } = await ask<Event>('GET', `/events/FSP/${eventNumber}`);
        await ask('POST', '/cancellations', {
          house: 'FSP',
          eventNumber,
          marker: 'ENTFÄLLT',
          reason: 'Die Vorstellung entfällt wegen einer technischen Störung.',
          expected: { title, startsAt },
        });
      },
      close: async () => {},
    };
  },
};

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(api() + path, {
    method,
    headers: { 'x-absage-actor': 'Bench', ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Whether it stands still and asks a person, and for what. */
export async function attentionOf(eventNumber: string): Promise<string | null> {
  const view = await ask<{ attention: { code: string } | null }>('GET', `/cancellations/FSP/${eventNumber}`);
  return view.attention?.code ?? null;
}
