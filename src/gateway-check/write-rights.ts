import { addDays, laterDate, viennaDate } from '../domain/clock';
import type { WireRight } from '../jet/contract';
import type { ClauseId } from './clauses';
import { rightPath, Unusable, type Examination } from './examination';
import { describeReply, type Exchange } from './exchange';
import { UNKNOWN_USER } from './read-rest';
import type { TestEvent } from './test-event';

interface Period {
  validFrom: string;
  validUntil: string;
}

/** The right of the house's user for the test event. It never narrows, so what is granted here stays. */
export class RightWriter {
  private first: WireRight | null | undefined;
  private latest: WireRight | null = null;

  constructor(
    private readonly examination: Examination,
    private readonly event: TestEvent,
    private readonly user: string,
  ) {}

  async examineGranting(): Promise<void> {
    this.first = this.latest = await this.read();
    if (this.first?.validUntil === null) throw new Unusable('die Berechtigung ist schon unbefristet');
    const day = viennaDate(this.event.original.startsAt);
    const validFrom = this.first?.validFrom ?? day;
    const until = addDays(laterDate(this.first?.validUntil ?? day, day), 1);

    const granted = await this.grant('right-granted', { validFrom, validUntil: until });
    const isGranted = granted.right?.validUntil === until && granted.isAsAnswered;
    this.examination.judge('right-granted', isGranted, granted.exchange, describe(granted.right));
    if (!isGranted) return;

    const longer = addDays(until, 1);
    const widened = await this.grant('right-widens', { validFrom, validUntil: longer });
    const isWidened = widened.right?.validUntil === longer;
    this.examination.judge('right-widens', isWidened, widened.exchange, describe(widened.right));

    const before = widened.right;
    const narrower = await this.grant('right-never-narrows', { validFrom: until, validUntil: until });
    const { right } = narrower;
    const isKept = right?.validFrom === before?.validFrom && right?.validUntil === before?.validUntil;
    this.examination.judge('right-never-narrows', isKept, narrower.exchange, describe(right));
  }

  async examineRefusals(): Promise<void> {
    if (this.examination.book.isBroken('right-granted'))
      throw new Unusable('dazu muss das Gateway Berechtigungen erteilen (right-granted)');
    const day = viennaDate(this.event.original.startsAt);
    const unknown = await this.put(UNKNOWN_USER, { validFrom: day, validUntil: day });
    this.examination.judgeRefusal('grant-unknown-user', unknown, 404, 'user-not-found');
    for (const period of [
      { validFrom: addDays(day, 1), validUntil: day },
      { validFrom: day, validUntil: `${Number(day.slice(0, 4)) + 1}-02-30` },
    ]) {
      const exchange = await this.put(this.user, period);
      this.examination.judgeRefusal('right-dates', exchange, 422, 'value-rejected');
    }
    this.latest = await this.read();
  }

  /** What stays of it, in German; `null`: nothing. */
  left(): string | null {
    const { first, latest } = this;
    if (first === undefined || describe(first) === describe(latest)) return null;
    return `Die Stornoberechtigung von ${this.user} für ${this.event.eventNumber} bleibt: ${describe(latest)} (vorher: ${describe(first)}). Eine Berechtigung wird nie enger.`;
  }

  private async grant(id: ClauseId, period: Period) {
    const exchange = await this.put(this.user, period);
    if (exchange.status !== 200) {
      this.examination.judge(id, false, exchange);
      throw new Unusable(`eine Berechtigung ließ sich nicht erteilen: ${describeReply(exchange)}`);
    }
    const answer = this.examination.rightOf(exchange, this.user, this.event.eventNumber);
    const right = (this.latest = await this.read());
    return { exchange, right, isAsAnswered: describe(answer) === describe(right) };
  }

  private read(): Promise<WireRight | null> {
    return this.examination.readRight(this.user, this.event.eventNumber);
  }

  private put(user: string, body: Period): Promise<Exchange> {
    const headers = { 'idempotency-key': this.event.nextKey() };
    return this.examination.ask({
      method: 'PUT',
      path: rightPath(user, this.event.eventNumber),
      headers,
      body,
    });
  }
}

function describe(right: WireRight | null): string {
  if (!right) return 'keine';
  return `${right.validFrom ?? 'ohne Anfang'} bis ${right.validUntil ?? 'unbefristet'}`;
}
