import { STORNO_WORD } from '../domain/status';
import type { WireEvent } from '../jet/contract';
import { Unusable, type Examination } from './examination';
import { codeIn, describeReply } from './exchange';
import { currentVersion, findTouched, isSameSave, type TestEvent } from './test-event';

const ON_SALE = 'Verkaufsfreigabe';

/** The Storno of the test event, which nothing takes back. */
export class StornoWriter {
  /** A Storno was sent, and not clearly refused: it may stand in Jet. */
  mayBeSet = false;

  constructor(
    private readonly examination: Examination,
    private readonly event: TestEvent,
  ) {}

  async examineVersions(): Promise<void> {
    this.requireOnSale();
    const missing = await this.write(() => ({}));
    this.examination.judgeRefusal('storno-if-match', missing.exchange, 428, 'version-required');
    this.requireOnSale();
    const invented = await this.write(() => ({ 'if-match': '"absage-gateway-check"' }));
    this.examination.judgeRefusal('storno-if-match', invented.exchange, 412, 'version-conflict');
  }

  async examineStorno(): Promise<void> {
    this.requireOnSale();
    const { before, exchange, after } = await this.write(currentVersion);
    const touched = findTouched(before, after, 'status') ?? (isSameTitles(before, after) ? null : 'ein Text');
    const isSet = exchange.status === 200 && after.status === STORNO_WORD && after.version !== before.version;
    const seen = `${describeReply(exchange)}, Status „${after.status}“${touched ? `, ${touched} geändert` : ''}`;
    this.examination.judge('storno-sets', isSet && touched === null, exchange, seen);
  }

  async examineAgain(): Promise<void> {
    if (this.event.seen.status !== STORNO_WORD) throw new Unusable('dazu muss der Storno gesetzt sein');
    const { before, exchange, after } = await this.write(currentVersion);
    const isKept = exchange.status === 200 && isSameSave(before, after);
    const seen = `${describeReply(exchange)}, ${isKept ? 'nichts gespeichert' : 'noch einmal gespeichert'}`;
    this.examination.judge('storno-twice', isKept, exchange, seen);
  }

  async examineOtherStatus(): Promise<void> {
    const { status } = this.event.seen;
    if (status === ON_SALE || status === STORNO_WORD)
      throw new Unusable(
        `dazu braucht es eine Testveranstaltung, die weder in ${ON_SALE} noch in ${STORNO_WORD} ist; diese ist in „${status}“`,
      );
    const { exchange, after } = await this.write(currentVersion);
    const current = (exchange.json as { current?: unknown } | undefined)?.current;
    const isRefused = exchange.status === 409 && codeIn(exchange.json) === 'status-not-cancellable';
    const holds = isRefused && current === status && after.status === status;
    const seen = `${describeReply(exchange)}, current ${String(current ?? 'nicht genannt')}, Status „${after.status}“`;
    this.examination.judge('storno-not-cancellable', holds, exchange, seen);
  }

  private requireOnSale(): void {
    const { status } = this.event.seen;
    if (status !== ON_SALE) throw new Unusable(`dazu muss der Status ${ON_SALE} sein, er ist „${status}“`);
  }

  private async write(headers: (before: WireEvent) => Record<string, string>) {
    const { mayBeSet } = this;
    this.event.mayBeStorno = true;
    this.mayBeSet = true;
    const written = await this.event.write((before) => ({
      method: 'PUT',
      path: `${this.event.path}/storno`,
      headers: { ...headers(before), 'idempotency-key': this.event.nextKey() },
    }));
    const { exchange, before, after } = written;
    const isRefused = exchange.status >= 400 && exchange.status < 500 && after.status === before.status;
    if (isRefused) this.mayBeSet = mayBeSet;
    return written;
  }
}

function isSameTitles(a: WireEvent, b: WireEvent): boolean {
  return a.title === b.title && a.customerTitle === b.customerTitle && a.externalMemo === b.externalMemo;
}
