import { createTransport } from 'nodemailer';

/** An order to cancel a performance. */
export interface Job {
  eventNumber: string;
  caseId: string;
  /** After the titles, and again after Storno. */
  waitMs: number;
}

const MARK = ' – ENTFÄLLT';
const USER = 'CONNECTONLINE';
const PARTNER = ['absagen@oeticket.example', 'kassa@example.com'];
const JET = process.env.PEER_JET_URL ?? '';
const { hostname, port } = new URL(process.env.PEER_SMTP_URL ?? 'smtp://127.0.0.1:25');

/*
 * The steps of the procedure as a careful programmer writes them who has an engine for the rest: each reads before it writes, writes
 * by the version that it has read, and does nothing where it finds its work done. So each of them may be repeated, but for the mail:
 * a mail server does not say what it took.
 */

export async function markTitles({ eventNumber }: Job): Promise<void> {
  const event = await call<JetEvent>('GET', `/events/${eventNumber}`);
  if (event.title.endsWith(MARK)) return;
  await call('PUT', `/events/${eventNumber}/announcement`, event.version, {
    title: event.title + MARK,
    customerTitle: event.customerTitle && event.customerTitle + MARK,
    externalMemo: 'Die Vorstellung entfällt wegen einer technischen Störung.',
  });
}

export async function setStatusStorno({ eventNumber }: Job): Promise<void> {
  const event = await call<JetEvent>('GET', `/events/${eventNumber}`);
  if (event.status === 'Storno') return;
  await call('PUT', `/events/${eventNumber}/storno`, event.version);
}

/** Whether Connect Online shows Storno. */
export async function channelShowsStorno({ eventNumber }: Job): Promise<boolean> {
  const { status } = await call<{ status: string }>('GET', `/connect-online/events/${eventNumber}`);
  return status === 'Storno';
}

/** For engines that repeat what failed. */
export async function verifyChannel(job: Job): Promise<void> {
  if (!(await channelShowsStorno(job))) throw new Error('Connect Online does not show Storno yet');
}

export async function grantExtendedRight({ eventNumber }: Job): Promise<void> {
  const path = `/extended-cancellation-rights/${USER}/events/${eventNumber}`;
  const period = { validFrom: '2026-01-01', validUntil: '2099-12-31' };
  const granted = await call<typeof period | null>('GET', path).catch((error: JetError) => {
    if (error.code === 'right-not-found') return null;
    throw error;
  });
  if (granted && granted.validFrom <= period.validFrom && granted.validUntil >= period.validUntil) return;
  await call('PUT', path, undefined, period);
}

export async function writeToPartner({ eventNumber, caseId }: Job): Promise<void> {
  const transport = createTransport({ host: hostname, port: Number(port), ignoreTLS: true });
  await transport.sendMail({
    from: 'absage@example.com',
    to: PARTNER,
    subject: `Absage: Der Besuch der alten Dame (VA-Nr. ${eventNumber})`,
    text: 'Die Vorstellung entfällt wegen einer technischen Störung. Der Status ist Storno.',
    messageId: `<${caseId}@absage.example>`,
  });
}

interface JetEvent {
  title: string;
  customerTitle: string | null;
  status: string;
  version: string;
}

class JetError extends Error {
  code?: string;
}

async function call<T>(method: 'GET' | 'PUT', path: string, version?: string, body?: object): Promise<T> {
  const response = await fetch(JET + path, {
    method,
    signal: AbortSignal.timeout(8_000),
    headers: {
      authorization: 'Bearer simulator',
      ...(version !== undefined && { 'if-match': `"${version}"` }),
      ...(method === 'PUT' && { 'idempotency-key': crypto.randomUUID() }),
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  const answer = (await response.json()) as T;
  if (response.ok) return answer;
  const said = `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`;
  throw Object.assign(new JetError(said), { code: (answer as { code?: string }).code });
}
