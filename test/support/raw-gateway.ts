import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A gateway on a real socket that gives a test's answers, however wrong. */
export class RawGateway {
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] =
    [];
  /** Answers each request. */
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.end();

  private readonly server = createServer(((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      this.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      this.answer(response, request);
    });
  }) satisfies RequestListener);

  static async start(): Promise<RawGateway> {
    const gateway = new RawGateway();
    await new Promise<void>((resolve) => gateway.server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jet/v1`;
  }

  /** Answers every further request with this reply. */
  answerWith(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.answer = (response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
