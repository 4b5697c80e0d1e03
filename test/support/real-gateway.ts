import { SIMULATOR_TOKEN } from '../../src/settings/environment';
import { RawGateway } from './raw-gateway';
import type { TestSimulator } from './simulator';

export const REAL_TOKEN = 'Geheimnis';

/** A gateway on this machine as a house has one: its own token, and no word of a simulator in `/health`. */
export async function startRealGateway(simulator: TestSimulator): Promise<RawGateway> {
  const gateway = await RawGateway.start();
  gateway.answer = (response, { method = '', url = '', headers }) => {
    const isOurs = headers.authorization === `Bearer ${REAL_TOKEN}`;
    const { body } = gateway.requests.at(-1) ?? {};
    const version = headers['if-match'];
    void (async () => {
      const passedOn = {
        authorization: `Bearer ${isOurs ? SIMULATOR_TOKEN : 'nobody'}`,
        ...(version !== undefined && { 'if-match': version }),
      };
      const path = url.replace(/^\/jet\/v1/, '');
      const answer = await simulator.gateway(method, path, { body: body || undefined, headers: passedOn });
      const { simulator: _said, ...said } = (await answer.json()) as Record<string, unknown>;
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(said));
    })().catch(() => response.destroy());
  };
  return gateway;
}
