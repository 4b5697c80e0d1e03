import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { canConnect, findPortFaults, type PortClaim } from '../../src/up/ports';

let stranger: Server;
let takenPort: number;

beforeEach(async () => {
  stranger = createServer().listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  takenPort = (stranger.address() as AddressInfo).port;
});

afterEach(() => stranger.close());

function claim(setting: string, port: number): PortClaim {
  return { setting, part: 'die API', host: '127.0.0.1', port };
}

it('names the setting and the port that somebody else uses', async () => {
  expect(await findPortFaults([claim('ABSAGE_PORT', takenPort)])).toEqual([
    `ABSAGE_PORT: Port ${takenPort} für die API ist schon von einem anderen Programm belegt`,
  ]);
});

it('has nothing against a free port, and leaves it free', async () => {
  const freePort = takenPort;
  stranger.close();
  await once(stranger, 'close');
  expect(await findPortFaults([claim('ABSAGE_PORT', freePort)])).toEqual([]);
  expect(await canConnect('127.0.0.1', freePort)).toBe(false);
});

it('names two settings that want the same port', async () => {
  const claims = [claim('ABSAGE_PORT', takenPort), claim('ABSAGE_MAIL_PORT', takenPort)];
  expect(await findPortFaults(claims)).toContain(
    `ABSAGE_MAIL_PORT und ABSAGE_PORT nennen denselben Port ${takenPort}`,
  );
});
