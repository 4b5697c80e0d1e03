import { once } from 'node:events';
import { createServer } from 'node:net';

/*
 * A port must be free, and stay so until its part listens there, and whenever that part is killed and started again. So the ports
 * lie below the range for outgoing connections, each process of Jest has its own share of them, and none is given out twice.
 */

const RANGE = { from: 15_000, to: 32_000 };
const SHARES = 8;
const SHARE_SIZE = Math.floor((RANGE.to - RANGE.from) / SHARES);

/** Jest counts its processes from 1. A script of ours has the share that no test has. */
const share = Number(process.env.JEST_WORKER_ID ?? 0) % SHARES;
const first = RANGE.from + share * SHARE_SIZE;
const given = new Set<number>();

/** So many ports that are free now and that nobody else is given. */
export async function pickPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await pickPortBlock(1));
  return ports;
}

/** The first of so many free ports one after the other, none of which anybody else is given. */
export async function pickPortBlock(count: number): Promise<number> {
  for (;;) {
    const start = first + Math.floor(Math.random() * (SHARE_SIZE - count));
    const block = Array.from({ length: count }, (_, index) => start + index);
    if (block.some((port) => given.has(port))) continue;
    block.forEach((port) => given.add(port));
    const answers = await Promise.all(block.map(isFree));
    if (answers.every(Boolean)) return start;
  }
}

export async function pickPort(): Promise<number> {
  return pickPortBlock(1);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: '127.0.0.1', port, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
