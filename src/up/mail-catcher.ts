import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { ConfigError, type Config } from '../settings/environment';
import type { Logger } from '../observability';
import { answerOnlyToOwnHosts, ownHosts } from '../own-hosts';
import { MailFaults, mailFaultRequest } from './mail-faults';
import { PAGE_HEADERS, renderMailPage } from './mail-page';
import { caughtMailsFolder } from '../start/caught-mails';
import { openMailStore, type MailStore } from './mail-store';

/** The settings that the mail catcher needs. Port 0 takes any free port, for tests. */
export type MailCatcherConfig = Pick<Config, 'dataDir'> &
  Partial<Pick<Config, 'mode' | 'host' | 'publicUrl'>> & { ports: Pick<Config['ports'], 'mail' | 'mailUi'> };

export interface MailCatcher {
  /** The address that takes mail, for example `smtp://127.0.0.1:8025`. */
  smtpUrl: string;
  /** The address of the page. `/messages` lists the mails, `/faults` sets what goes wrong. */
  url: string;
  /** Ends both servers. A mail that is just arriving gets half a second. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const LARGEST_MAIL_BYTES = 1_000_000;
const CLOSE_TIMEOUT_MS = 500;

/**
 * A mail server for rehearsals that takes every mail and delivers none. It listens on this machine only, and keeps
 * every mail that it accepted, even over kill -9. Rejects with a `ConfigError` in production.
 *
 * @example
 * const { smtpUrl, url, stop } = await startMailCatcher(loadConfig(process.env), logger);
 */
export async function startMailCatcher(config: MailCatcherConfig, logger: Logger): Promise<MailCatcher> {
  if (config.mode === 'production') {
    throw new ConfigError(['ABSAGE_MODE ist production, den E-Mail-Fänger gibt es nur im Probebetrieb']);
  }
  const store = await openMailStore(caughtMailsFolder(config.dataDir), logger);
  const faults = new MailFaults();
  const mailServer = createMailServer(store, faults, logger);
  const app = buildApp(store, faults, ownHosts(config), logger);
  const url = await app.listen({ host: LOOPBACK, port: config.ports.mailUi });
  try {
    const listener = mailServer.listen(config.ports.mail, LOOPBACK);
    await once(listener, 'listening');
    const smtpUrl = `smtp://${LOOPBACK}:${(listener.address() as AddressInfo).port}`;
    logger.info({ smtpUrl, url }, 'mail catcher listens');
    return {
      smtpUrl,
      url,
      async stop() {
        await new Promise<void>((resolve) => mailServer.close(resolve));
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Greets at once: the library makes every client wait for 100 ms, as long as all the rest of a case takes. */
class PromptServer extends SMTPServer {
  override connect(...given: Parameters<SMTPServer['connect']>): void {
    super.connect(...given);
    const connection = [...this.connections].at(-1);
    if (!connection) return;
    const greet = connection.connectionReady;
    connection.connectionReady = () => {};
    greet.call(connection);
  }

  /** Cuts the connection of a session without a reply. */
  hangUp({ id }: SMTPServerSession): void {
    [...this.connections].find((connection) => connection.id === id)?._socket.destroy();
  }
}

function createMailServer(store: MailStore, faults: MailFaults, logger: Logger): SMTPServer {
  const server = new PromptServer({
    // On this machine there is no wire to protect, and no client to tell from another.
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    lenientAddressParsing: true,
    size: LARGEST_MAIL_BYTES,
    closeTimeout: CLOSE_TIMEOUT_MS,
    onData(stream, session, answer) {
      take(stream, session).then(
        (isTaken) => {
          if (isTaken) answer(null, 'gespeichert');
          else server.hangUp(session);
        },
        (error: Error) => {
          logger.warn({ err: error }, 'a mail was not kept');
          answer(error);
        },
      );
    },
  });
  /** Keeps the mail. Returns `false` where the sender is to get no answer, because a test armed a fault. */
  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<boolean> {
    const source = await receive(stream);
    const fault = await faults.find(source);
    if (fault !== 'drop-after-data') await keep(store, source, session);
    return fault === null;
  }
  // The server object also reports a client that hangs up in the middle. That is no error of ours.
  server.on('error', (error) => logger.info({ err: error }, 'a mail conversation failed'));
  return server;
}

/** Rejects with the reply's code: 552 for a mail that is too large. */
async function receive(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) throw Object.assign(new Error('Diese E-Mail ist zu lang'), { responseCode: 552 });
  return Buffer.concat(chunks);
}

/** Rejects with the reply's code: 451 (try again later) for a full disk. */
async function keep(store: MailStore, source: Buffer, { envelope: given }: SMTPServerSession): Promise<void> {
  const { mailFrom, rcptTo } = given;
  const envelope = {
    receivedAt: new Date().toISOString(),
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
  };
  try {
    await store.add(envelope, source);
  } catch (error) {
    throw Object.assign(new Error('Die E-Mail kann nicht gespeichert werden', { cause: error }), {
      responseCode: 451,
    });
  }
}

function buildApp(
  store: MailStore,
  faults: MailFaults,
  hosts: readonly string[],
  logger: Logger,
): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    http: { requireHostHeader: false },
  });
  answerOnlyToOwnHosts(app, hosts);
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
  app.get('/messages', async () => ({ messages: await store.list() }));
  app.post('/faults', (request, reply) => {
    const { data, error } = mailFaultRequest.safeParse(request.body);
    if (!data) return reply.code(400).send({ error: error.issues.map(({ message }) => message).join('; ') });
    faults.arm(data);
    return reply.code(204).send();
  });
  app.get('/faults', async () => ({ armed: faults.count }));
  app.delete('/faults', (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.get('/', async (_request, reply) =>
    reply.headers(PAGE_HEADERS).send(renderMailPage(await store.list())),
  );
  return app;
}
