import { connect, createServer } from 'node:net';
import { once } from 'node:events';

/** A port on which a part is going to listen, with the setting that chose it. */
export interface PortClaim {
  setting: string;
  /** The German name of the part that is going to listen there. */
  part: string;
  host: string;
  port: number;
}

/** Two processes of one machine cannot share a port: the worker shows its metrics on the one after the server's. */
export function workerMetricsPort(serverPort: number): number {
  return serverPort + 1;
}

/** One German sentence for each port that another program uses, or that two of our settings name. */
export async function findPortFaults(claims: readonly PortClaim[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, claim] of claims.entries()) {
    const twin = claims.slice(0, index).find(({ port }) => port === claim.port);
    if (twin) {
      faults.push(`${claim.setting} und ${twin.setting} nennen denselben Port ${claim.port}`);
      continue;
    }
    const fault = await tryPort(claim);
    if (fault) faults.push(`${claim.setting}: Port ${claim.port} für ${claim.part} ${fault}`);
  }
  return faults;
}

async function tryPort({ host, port }: PortClaim): Promise<string | null> {
  const inUse = 'ist schon von einem anderen Programm belegt';
  // Some systems let two programs listen on a port when one listens on all addresses: so try to connect first.
  if (await canConnect(host, port)) return inUse;
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EADDRINUSE' ? inUse : `kann auf ${host} nicht geöffnet werden (${code})`;
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
}

/** Whether a program accepts connections there. */
export async function canConnect(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: 1_000 });
  try {
    await Promise.race([
      once(socket, 'connect'),
      once(socket, 'timeout').then(() => Promise.reject(new Error())),
    ]);
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
