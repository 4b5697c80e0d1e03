import { setTimeout as pause } from 'node:timers/promises';
import { wireHealth, type WireEvent } from '../jet/contract';
import { maskWhole, rightPath, Unusable, type Examination } from './examination';
import { codeIn, get } from './exchange';

/** A number that no Jet has given out. */
export const UNKNOWN_EVENT = '9999999999';
export const UNKNOWN_USER = 'ABSAGE-PRUEFUNG-NIEMAND';
/** Everything that a router or a proxy may take apart. */
const AWKWARD_USER = 'NIEMAND/..?Ä';
export const WRONG_TOKEN = 'absage-gateway-check-falsches-token';

const CLOCK_TOLERANCE_MS = 5_000;
/** Two reads are so far apart, in milliseconds, that a clock must have moved between them. */
const APART_MS = 20;
const MOST_LOOKS = 3;

export async function examineHealth(examination: Examination, maySimulate: boolean): Promise<void> {
  const exchange = await examination.ask(get('/health'));
  if (exchange.status !== 200) examination.judge('health', false, exchange);
  const { ok, readAt, simulator } = examination.parse('health', exchange, wireHealth);
  examination.judge('health', exchange.status === 200 && ok, exchange, `ok: ${ok}`);
  const { sentAtMs, answeredAtMs } = exchange;
  const readAtMs = Date.parse(readAt);
  const aheadMs = readAtMs - Math.min(Math.max(readAtMs, sentAtMs), answeredAtMs);
  const seen = `${(aheadMs / 1_000).toLocaleString('de-AT')} s Unterschied`;
  examination.judge('clock', Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS, exchange, seen);
  examination.clock = { readAtMs, sentAtMs, answeredAtMs };
  const isAllowed = simulator !== true || maySimulate;
  examination.judge('no-simulator', isAllowed, exchange, `simulator: ${simulator ?? 'nicht genannt'}`);
}

export async function examineToken(examination: Examination, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    for (const token of [null, WRONG_TOKEN]) {
      const exchange = await examination.ask({ method: 'GET', path, token });
      if (!examination.judgeRefusal('token-required', exchange, 401, 'unauthorized')) return;
    }
  }
}

export async function examineUnknownEvent(examination: Examination): Promise<void> {
  const exchange = await examination.ask(get(`/events/${UNKNOWN_EVENT}`));
  examination.judgeRefusal('unknown-event', exchange, 404, 'event-not-found');
}

/** Reads twice. A colleague who saves in between moves version and time alike. */
export async function examineTwice(examination: Examination, eventNumber: string): Promise<void> {
  for (let looks = 1; ; looks += 1) {
    const one = await examination.readEvent(eventNumber);
    await pause(APART_MS);
    const path = `/events/${eventNumber}`;
    const exchange = await examination.ask(get(path));
    const two = examination.eventOf(exchange, eventNumber);
    const isSavedBetween = one.version !== two.version && one.savedAt !== two.savedAt;
    if (isSavedBetween && looks < MOST_LOOKS) continue;
    if (isSavedBetween) throw new Unusable('die Veranstaltung wird gerade bearbeitet');
    const versions = `version ${one.version} und ${two.version}`;
    examination.judge('version-stable', one.version === two.version, exchange, versions);
    const saves = `savedAt ${one.savedAt} und ${two.savedAt}`;
    examination.judge('saved-at-stable', one.savedAt === two.savedAt, exchange, saves);
    const hasMoved = Date.parse(two.readAt) > Date.parse(one.readAt);
    examination.judge('read-at', hasMoved, exchange, `readAt ${one.readAt} und ${two.readAt}`);
    return;
  }
}

/** So many events are looked up in Connect Online until one has a row. */
const MOST_ROWS = 4;

export async function examineChannel(examination: Examination, events: readonly WireEvent[]): Promise<void> {
  const sold = events.toSorted((a, b) => Number(b.soldViaPartner) - Number(a.soldViaPartner));
  for (const { eventNumber } of sold.slice(0, MOST_ROWS))
    if ((await examination.readChannel(eventNumber)) !== null) break;
  const exchange = await examination.ask(get(`/connect-online/events/${UNKNOWN_EVENT}`));
  examination.judgeRefusal('channel-missing', exchange, 404, 'not-in-connect-online', 'event-not-found');
}

export async function examineRights(
  examination: Examination,
  user: string,
  eventNumber: string,
): Promise<void> {
  for (const [clause, unknown] of [
    ['unknown-user', UNKNOWN_USER],
    ['path-encoding', AWKWARD_USER],
  ] as const) {
    const exchange = await examination.ask(get(rightPath(unknown, eventNumber)));
    examination.judgeRefusal(clause, exchange, 404, 'user-not-found');
  }
  await examination.readRight(user, eventNumber);
  // Whoever does not unmask knows nobody of the awkward name either, so the known user has to be found under a masked one.
  const [plain, masked] = [
    await examination.ask(get(rightPath(user, eventNumber))),
    await examination.ask(get(rightPath(user, eventNumber, maskWhole))),
  ];
  const isSame = plain.status === masked.status && codeIn(plain.json) === codeIn(masked.json);
  examination.judge('path-encoding', isSame, masked);
}
