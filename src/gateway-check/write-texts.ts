import type { WireEvent } from '../jet/contract';
import type { ClauseId } from './clauses';
import { Unusable, type Examination } from './examination';
import { codeIn, describeReply, get, shorten } from './exchange';
import { UNKNOWN_EVENT, WRONG_TOKEN } from './read-rest';
import {
  currentVersion,
  findTouched,
  isSameSave,
  textsOf,
  type TestEvent,
  type TextField,
  type Texts,
  type Write,
} from './test-event';

/** Everything that has ever been lost on the way: by a code page, by HTML, by a template. */
const LITERAL: Texts = {
  title: 'TEST „Größe“ – ENTFÄLLT {{x}} <b>&"Ö" 🎭',
  customerTitle: 'Ärger & „Öl“ – ABGESAGT 100 %',
  externalMemo: 'Erkrankung im Ensemble. {{x}} <b>"Ö"</b> 🎭 \'a\' \\ %20 …',
};
const LINES = 'Zeile 1\nZeile 2\n\n.\nZeile 5';
const BLANKS: Texts = {
  title: 'TEST  zwei Leerzeichen',
  customerTitle: ' vorne und hinten ',
  externalMemo: 'geschützt\u00a010.000\u00a0Karten',
};
/** One letter, and the same letter made of two. */
const COMPOSED = 'TEST \u00d6';
const DECOMPOSED = 'O\u0308 und \u00d6';

const RACES = 5;

/** Longer limits are not filled: a body of megabytes proves nothing more. */
const LONGEST_FILLED = 20_000;
const SHORTEST_TITLE = 24;

/** The texts of the test event: what is refused, what is saved, and what then stands there. */
export class TextWriter {
  private latest: Write | null = null;

  constructor(
    private readonly examination: Examination,
    private readonly event: TestEvent,
  ) {}

  async examineToken(): Promise<void> {
    for (const token of [null, WRONG_TOKEN]) {
      const write = await this.event.write((before) => ({
        method: 'PUT',
        path: `${this.event.path}/announcement`,
        token,
        headers: currentVersion(before),
        body: { ...textsOf(before), externalMemo: 'TEST ohne Token' },
      }));
      this.judgeRefusal('write-token', write, 401, 'unauthorized');
    }
  }

  async examineIfMatch(): Promise<void> {
    const missing = await this.event.saveTexts({ externalMemo: 'TEST ohne Version' }, () => ({}));
    this.judgeRefusal('if-match-required', missing, 428, 'version-required');
    const any = await this.event.saveTexts({ externalMemo: 'TEST mit *' }, () => ({ 'if-match': '*' }));
    const isRefused = any.exchange.status === 412 || any.exchange.status === 428;
    this.examination.judge('if-match-required', isRefused, any.exchange);
    if (isRefused) this.judgeUnwritten(any);
    const invented = await this.event.saveTexts({ externalMemo: 'TEST mit erfundener Version' }, () => ({
      'if-match': '"absage-gateway-check"',
    }));
    this.judgeRefusal('version-conflict', invented, 412, 'version-conflict');
  }

  /**
   * Only where a read has shown that there is no such event. The test event is read last, so that it is the one that an
   * automation may still have before it.
   */
  async examineUnknownEvent(): Promise<void> {
    const { status, json } = await this.examination.ask(get(`/events/${UNKNOWN_EVENT}`));
    if (status !== 404 || codeIn(json) !== 'event-not-found')
      throw new Unusable(`das Gateway sagt nicht, dass es ${UNKNOWN_EVENT} nicht gibt (unknown-event)`);
    const write = await this.event.write((before) => ({
      method: 'PUT',
      path: `/events/${UNKNOWN_EVENT}/announcement`,
      headers: { ...currentVersion(before), 'idempotency-key': this.event.nextKey() },
      body: { ...textsOf(before), externalMemo: 'TEST ohne Veranstaltung' },
    }));
    this.judgeRefusal('unknown-event-write', write, 404, 'event-not-found');
  }

  /** The first save of all: what it shows of versions, times and answers is judged with every further one. */
  async examineSaving(): Promise<void> {
    const { limits } = this.event.original;
    const title = LITERAL.title.length > limits.title ? 'TEST – ENTFÄLLT' : LITERAL.title;
    const texts = { ...LITERAL, title };
    const write = await this.event.saveTexts(texts);
    const { exchange, before, after } = write;
    this.examination.judge('if-match-arrives', exchange.status === 200, exchange);
    if (exchange.status !== 200) throw new Unusable(`nichts ließ sich speichern: ${describeReply(exchange)}`);
    this.judgeSave(write);
    const kept = (Object.keys(texts) as TextField[]).filter((field) => after[field] === before[field]);
    const seen = kept.length > 0 ? `nicht gespeichert: ${kept.join(', ')}` : 'alle drei gespeichert';
    this.examination.judge('three-texts', kept.length === 0, exchange, seen);
    this.judgeTexts('texts-literal', write, texts, kept);
  }

  async examineLines(): Promise<void> {
    const write = await this.save({ title: 'TEST', customerTitle: null, externalMemo: LINES });
    const lines = write.after.externalMemo?.replace(/\r\n?/g, '\n') ?? null;
    this.examination.judge('line-breaks', lines === LINES, write.exchange, shown(write.after.externalMemo));
    const { customerTitle } = write.after;
    const isEmpty = (customerTitle ?? '') === '';
    this.examination.judge('null-empties', isEmpty, write.exchange, `customerTitle ${shown(customerTitle)}`);
  }

  async examineBlanks(): Promise<void> {
    this.judgeTexts('blanks', await this.save(BLANKS), BLANKS);
  }

  async examineUnicode(): Promise<void> {
    const texts = { title: COMPOSED, customerTitle: DECOMPOSED, externalMemo: DECOMPOSED };
    this.judgeTexts('unicode-form', await this.save(texts), texts);
  }

  /** Back to texts that were there before, by way of others. */
  async examineReturn(): Promise<void> {
    const there = await this.save({ title: 'TEST hin', customerTitle: null, externalMemo: null });
    const away = await this.save({ title: 'TEST weg', customerTitle: null, externalMemo: null });
    const back = await this.save({ title: 'TEST hin', customerTitle: null, externalMemo: null });
    const { version } = back.after;
    const isNew = new Set([there.after.version, away.after.version, version]).size === 3;
    this.examination.judge('version-never-returns', isNew, back.exchange, `version ${version}`);
    if (!isNew) return;
    const old = await this.event.saveTexts({ externalMemo: 'TEST mit früherer Version' }, () =>
      currentVersion(there.after),
    );
    this.judgeRefusal('version-conflict', old, 412, 'version-conflict');
  }

  /** As after an answer that was lost: the same request, with the version that it was decided on. */
  async examineRepeat(): Promise<void> {
    await this.save({ title: 'TEST noch einmal', customerTitle: null, externalMemo: null });
    const sent = this.latest?.exchange.request;
    if (!sent) throw new Unusable('es gibt nichts zu wiederholen');
    const { before, exchange, after } = await this.event.write(() => sent);
    const isAllowed = exchange.status === 200 || exchange.status === 412;
    const isKept = isSameSave(before, after);
    const seen = `${describeReply(exchange)}, ${isKept ? 'nicht noch einmal gespeichert' : 'noch einmal gespeichert'}`;
    if (exchange.status === 412) this.judgeUnwritten({ before, exchange, after });
    this.examination.judge(
      'repeat-saves-once',
      isAllowed && (isKept || exchange.status === 412),
      exchange,
      seen,
    );
  }

  /** A gateway that compares first and writes then lets both through, now and then: so it is tried some times. */
  async examineRace(): Promise<void> {
    const needed = (['if-match-arrives', 'refused-unwritten'] as const).find((id) =>
      this.examination.book.isBroken(id),
    );
    if (needed) throw new Unusable(`dazu müssen Versionen einzeln gelten (${needed})`);
    for (let tries = 0; tries < RACES; tries += 1) {
      const titles = ['TEST zugleich, der eine', 'TEST zugleich, der andere'];
      const { exchanges, after } = await this.event.saveTogether(
        titles.map((title) => ({ title, customerTitle: null, externalMemo: title })),
      );
      const saved = exchanges.filter(({ status }) => status === 200);
      const refused = exchanges.filter(
        ({ status, json }) => status === 412 && codeIn(json) === 'version-conflict',
      );
      const isOne = saved.length === 1 && refused.length === 1;
      const isKept = (saved[0]?.request.body as Partial<Texts> | undefined)?.title === after.title;
      const seen = `${exchanges.map(describeReply).join(' und ')}, title: ${shown(after.title)}`;
      this.examination.judge('one-of-two', isOne && isKept, saved[0] ?? exchanges[0]!, seen);
    }
  }

  async examineLimits(): Promise<void> {
    const { limits } = this.event.original;
    if (limits.title < SHORTEST_TITLE || limits.title > LONGEST_FILLED)
      throw new Unusable(`das Limit des Titels ist ${limits.title}`);
    const full: Texts = {
      title: fill('TEST ', 'x', limits.title),
      customerTitle: limits.customerTitle <= LONGEST_FILLED ? fill('', 'y', limits.customerTitle) : 'y',
      externalMemo: limits.externalMemo <= LONGEST_FILLED ? fill('', 'z', limits.externalMemo) : 'z',
    };
    const write = await this.saveAsIs(full);
    this.judgeTexts('limit-fits', write, full);
    for (const field of ['title', 'customerTitle', 'externalMemo'] as const) {
      if (limits[field] > LONGEST_FILLED) continue;
      const tooLong = await this.saveAsIs({ [field]: `${full[field]}+` });
      this.judgeValue('limit-refused', tooLong, field);
    }
  }

  async examineUnits(): Promise<void> {
    if (this.examination.book.isBroken('limit-refused'))
      throw new Unusable('dazu muss das Gateway zu lange Texte ablehnen (limit-refused)');
    const { limits } = this.event.original;
    if (limits.title < SHORTEST_TITLE || limits.title > LONGEST_FILLED)
      throw new Unusable(`das Limit des Titels ist ${limits.title}`);
    const umlauts = { title: fill('TEST ', 'Ä', limits.title) };
    this.judgeTexts('limit-utf16', await this.saveAsIs(umlauts), umlauts);
    // Fewer characters than the limit, and more units.
    const emoji = `TEST ${'🎭'.repeat(Math.floor((limits.title - 5) / 2) + 1)}`;
    this.judgeValue('limit-utf16', await this.saveAsIs({ title: emoji }), 'title');
  }

  async examineBodies(): Promise<void> {
    const empty = await this.saveAsIs({ title: '' });
    this.judgeValue('title-needed', empty, 'title');
    // A name that no mask has: a status is never tried, not even to see it refused.
    const added = await this.saveAsIs({ absageGatewayCheck: true });
    this.judgeRefusal('strict-body', added, 422, 'value-rejected');
    const missing = await this.saveAsIs({ externalMemo: undefined });
    this.judgeRefusal('all-fields', missing, 422, 'value-rejected');
  }

  /** With the current version. Where even that is taken for another one, the answer says nothing of the texts. */
  private async saveAsIs(texts: Partial<Texts> & Record<string, unknown>): Promise<Write> {
    const write = await this.event.saveTexts(texts);
    const { status } = write.exchange;
    if (status === 412 || status === 428)
      throw new Unusable(`die aktuelle Version wird abgelehnt: ${describeReply(write.exchange)}`);
    return write;
  }

  private async save(texts: Texts): Promise<Write> {
    const write = await this.saveAsIs(texts);
    if (write.exchange.status !== 200)
      throw new Unusable(`nichts ließ sich speichern: ${describeReply(write.exchange)}`);
    this.judgeSave(write);
    this.latest = write;
    return write;
  }

  /** What holds for every save that was carried out. */
  private judgeSave({ before, exchange, first, after }: Write): void {
    const { examination } = this;
    const hasSaved = !isSameSave(before, after);
    if (!hasSaved) throw new Unusable('ein Speichern zeigte sich beim Lesen nicht');
    examination.judge(
      'version-changes',
      after.version !== before.version,
      exchange,
      `version ${after.version}`,
    );
    const isShown = isSameSave(first, after);
    examination.judge('read-after-write', isShown, exchange, isShown ? 'sofort' : 'zuerst der alte Stand');
    const touched = findTouched(before, after);
    examination.judge(
      'others-untouched',
      touched === null,
      exchange,
      touched ? `${touched} geändert` : 'nichts',
    );
    const isNow = Date.parse(after.savedAt) >= Date.parse(before.readAt);
    examination.judge(
      'saved-at-now',
      isNow,
      exchange,
      `savedAt ${after.savedAt}, davor gelesen um ${before.readAt}`,
    );
    const answer = examination.eventOf(exchange, this.event.eventNumber);
    const isSaved = isSameSave(answer, after) && answer.savedAt === after.savedAt;
    examination.judge('answer-as-saved', isSaved, exchange, describeSave(answer, after));
  }

  private judgeTexts(
    id: ClauseId,
    { exchange, after }: Write,
    texts: Partial<Texts>,
    leftOut: readonly TextField[] = [],
  ): void {
    const fields = (Object.keys(texts) as TextField[]).filter((field) => !leftOut.includes(field));
    const changed = fields.find((field) => after[field] !== texts[field]);
    const seen = changed
      ? `${describeReply(exchange)}, ${changed}: ${shown(after[changed])}`
      : `${describeReply(exchange)}, Zeichen für Zeichen`;
    this.examination.judge(id, changed === undefined, exchange, seen);
  }

  private judgeRefusal(id: ClauseId, write: Write, status: number, code: string): void {
    if (this.examination.judgeRefusal(id, write.exchange, status, code)) this.judgeUnwritten(write);
  }

  private judgeValue(id: ClauseId, write: Write, field: TextField): void {
    const { status, json } = write.exchange;
    const named = (json as { field?: unknown } | undefined)?.field;
    const isRefused = status === 422 && codeIn(json) === 'value-rejected' && named === field;
    const seen = `${describeReply(write.exchange)}, field ${typeof named === 'string' ? named : 'nicht genannt'}`;
    this.examination.judge(id, isRefused, write.exchange, seen);
    if (isRefused) this.judgeUnwritten(write);
  }

  private judgeUnwritten({ before, exchange, after }: Omit<Write, 'first'>): void {
    const isKept = isSameSave(before, after);
    const seen = `${describeReply(exchange)}, ${isKept ? 'nichts geschrieben' : 'trotzdem geschrieben'}`;
    this.examination.judge('refused-unwritten', isKept, exchange, seen);
  }
}

const fill = (start: string, letter: string, length: number) =>
  start + letter.repeat(Math.max(0, length - start.length));

const shown = (text: string | null) => (text === null ? 'null' : shorten(JSON.stringify(text)));

function describeSave(answer: WireEvent, after: WireEvent): string {
  if (answer.version !== after.version) return `version ${answer.version}, gelesen ${after.version}`;
  if (answer.savedAt !== after.savedAt) return `savedAt ${answer.savedAt}, gelesen ${after.savedAt}`;
  return isSameSave(answer, after) ? 'derselbe Stand' : 'andere Texte als beim Lesen';
}
