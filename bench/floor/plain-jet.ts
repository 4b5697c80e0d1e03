import { randomUUID } from 'node:crypto';
import type { JetPort } from '../../src/jet/port';
import type { About } from './activities';

const USER = 'CONNECTONLINE';

/** Calls of the gateway with `fetch` as it comes, on connections that are kept. */
export class PlainJet {
  private version = '';

  constructor(
    private readonly gateway: { url: string; token: string },
    private readonly about: About,
  ) {}

  async call(operation: Exclude<keyof JetPort, 'findEvents'>): Promise<void> {
    const event = `/events/${this.about.eventNumber}`;
    const right = `/extended-cancellation-rights/${USER}${event}`;
    switch (operation) {
      case 'health':
        return this.send('GET', '/health');
      case 'readEvent':
        return this.send('GET', event);
      case 'readChannelInfo':
        return this.send('GET', `/connect-online${event}`);
      case 'readRight':
        return this.send('GET', right);
      case 'saveAnnouncement':
        return this.send('PUT', `${event}/announcement`, TEXTS);
      case 'setStatusStorno':
        return this.send('PUT', `${event}/storno`);
      case 'grantRight':
        return this.send('PUT', right, PERIOD);
    }
  }

  private async send(method: 'GET' | 'PUT', path: string, body?: object): Promise<void> {
    const response = await fetch(`${this.gateway.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.gateway.token}`,
        ...(method === 'PUT' && { 'if-match': `"${this.version}"`, 'idempotency-key': randomUUID() }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const answer = (await response.json()) as { version?: string; code?: string };
    // That there is no right yet is what the check expects to read.
    if (!response.ok && answer.code !== 'right-not-found')
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    if (answer.version) this.version = answer.version;
  }
}

const TEXTS = {
  title: 'Der Besuch der alten Dame – ENTFÄLLT',
  customerTitle: 'Der Besuch der alten Dame – Tragische Komödie – ENTFÄLLT',
  externalMemo: 'Die Vorstellung entfällt wegen einer technischen Störung.',
};
const PERIOD = { validFrom: '2026-01-01', validUntil: '2099-12-31' };
