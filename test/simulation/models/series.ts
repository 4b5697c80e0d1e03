import { markOf, type CaseMark } from '../../../src/domain/case-marks';
import {
  itemHindrance,
  linesWith,
  SERIES,
  seriesStateOf,
  type ItemHindrance,
  type NewSeriesLine,
  type SeriesLine,
} from '../../../src/domain/series-lines';
import { hashEntry, NO_PREVIOUS_HASH } from '../../../src/journal/chain';
import type { NewSeries, SeriesOpening, SeriesStore, WriteAttempt } from '../../../src/journal/port';
import type { ModelJournal } from './journal';

/** What only lists ask for is not there. */
export type SteppedSeries = Omit<SeriesStore, 'openSeriesRequests'>;

/** The methods without their waiting. Each is one transaction. */
type SeriesModel = {
  [M in keyof SteppedSeries]: (
    ...args: Parameters<SteppedSeries[M]>
  ) => Awaited<ReturnType<SteppedSeries[M]>>;
};

/** What the journal itself has to understand of the lines. */
export interface Meaning {
  markOf: typeof markOf;
  itemHindrance: typeof itemHindrance;
  seriesStateOf: typeof seriesStateOf;
}

/** The chains of series in memory, beside those of their cases. `hash` as in `ModelJournal`. */
export class ModelSeries implements SeriesModel {
  readonly lines: SeriesLine[] = [];

  constructor(
    private readonly now: () => Date,
    private readonly cases: ModelJournal,
    private readonly hash: (line: object) => string = hashEntry,
    /** What the lines mean, as the sources under simulation say it. */
    private readonly meaning: Meaning = { markOf, itemHindrance, seriesStateOf },
  ) {
    cases.hindranceOf = (...given) => this.hindranceOf(...given);
  }

  openSeries(seriesId: string, { contact: _none, ...line }: NewSeries): SeriesOpening {
    const same = this.unendedSeries().find((id) => this.seriesLines(id)[0]?.outcome === line.outcome);
    if (same !== undefined) return { isNew: false, seriesId: same };
    this.insert(seriesId, line);
    return { isNew: true, seriesId };
  }

  seriesLines(seriesId: string, operations?: readonly SeriesLine['operation'][]): SeriesLine[] {
    return this.lines.filter(
      ({ caseId, operation }) => caseId === seriesId && (operations?.includes(operation) ?? true),
    );
  }

  appendToSeries(seriesId: string, line: NewSeriesLine): SeriesLine {
    return this.find(seriesId, line) ?? this.insert(seriesId, line);
  }

  appendNewToSeries(seriesId: string, line: NewSeriesLine, attempt?: WriteAttempt): SeriesLine | null {
    this.cases.ask(attempt);
    return this.find(seriesId, line) ? null : this.insert(seriesId, line);
  }

  decideOnSeries(seriesId: string, decide: Parameters<SeriesStore['decideOnSeries']>[1]): SeriesLine | null {
    const lines = this.seriesLines(seriesId);
    const caseIds = this.meaning.seriesStateOf(lines)?.items.map(({ item }) => item.caseId) ?? [];
    const line = decide(lines, this.caseMarks(caseIds));
    return line && this.appendToSeries(seriesId, line);
  }

  caseMarks(caseIds: readonly string[]): Map<string, CaseMark> {
    const marks = caseIds.map((caseId) => [caseId, this.meaning.markOf(this.cases.entries(caseId))] as const);
    return new Map(marks.filter((each): each is [string, CaseMark] => each[1] !== null));
  }

  unendedSeries(): string[] {
    const isOpen = ({ caseId }: SeriesLine) =>
      this.meaning.seriesStateOf(this.seriesLines(caseId))?.end === null;
    return linesWith(this.lines, 'order-series')
      .filter(isOpen)
      .map(({ caseId }) => caseId);
  }

  listSeries(before: string | null, limit: number): string[] {
    return linesWith(this.lines, 'order-series')
      .filter(({ at }) => before === null || at < before)
      .map(({ caseId }) => caseId)
      .toReversed()
      .slice(0, limit);
  }

  private hindranceOf(seriesId: string, caseId: string, planHash: string): ItemHindrance | null {
    const state = this.meaning.seriesStateOf(this.seriesLines(seriesId));
    return state ? this.meaning.itemHindrance(state, { caseId, planHash }) : 'not-in-series';
  }

  private find(seriesId: string, { effectKey }: NewSeriesLine): SeriesLine | undefined {
    return this.seriesLines(seriesId).find((line) => line.effectKey === effectKey);
  }

  private insert(seriesId: string, line: NewSeriesLine): SeriesLine {
    const last = this.seriesLines(seriesId).at(-1);
    const unhashed = {
      caseId: seriesId,
      house: '' as const,
      eventNumber: '' as const,
      seq: (last?.seq ?? 0) + 1,
      at: this.now().toISOString(),
      kind: SERIES,
      step: SERIES,
      before: null,
      ...(JSON.parse(JSON.stringify(line)) as NewSeriesLine),
      previousHash: last?.hash ?? NO_PREVIOUS_HASH,
    };
    const written = Object.freeze({ ...unhashed, hash: this.hash(unhashed) }) as SeriesLine;
    this.lines.push(written);
    return written;
  }
}
