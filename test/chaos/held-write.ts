import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A slow way to Jet: it forwards everything, but holds the first write of a kind until it is released. */
export interface HeldWrite {
  /** The address of Jet on this way, for a worker. */
  jetUrl: string;
  /** Resolves when the write is held. */
  held: Promise<void>;
  /** Forwards the held write. Resolves when Jet has answered it. */
  letGo(): Promise<void>;
  stop(): void;
}

export async function holdWrite(
  simulatorPort: number,
  isHeld: (path: string) => boolean,
): Promise<HeldWrite> {
  let markHeld = () => {};
  const held = new Promise<void>((resolve) => (markHeld = resolve));
  let openGate = () => {};
  const gate = new Promise<void>((resolve) => (openGate = resolve));
  let markAnswered = () => {};
  const answered = new Promise<void>((resolve) => (markAnswered = resolve));
  let isUsed = false;

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const isThis = !isUsed && incoming.method !== 'GET' && isHeld(incoming.url ?? '');
      if (isThis) {
        isUsed = true;
        markHeld();
        await gate;
      }
      await forward(simulatorPort, incoming, Buffer.concat(chunks), outgoing);
      if (isThis) markAnswered();
    })().catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    jetUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jet/v1`,
    held,
    letGo() {
      openGate();
      return answered;
    },
    stop() {
      openGate();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The client may have hung up by now. The request still arrives at Jet. */
async function forward(port: number, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) {
  const { method, url, headers } = incoming;
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false });
  onward.end(body);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(outgoing);
}
