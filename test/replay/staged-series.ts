import type { SeriesView } from '../../src/cases/series-view';
import { seriesWorkflowId } from '../../src/domain/series';
import { type UpProcess } from '../support/up-process';
import { eventually } from '../support/eventually';

/** Each way that the run of a series can go. */
export interface StagedSeriesRun {
  house: string;
  /** How many performances it has. */
  count: number;
  /** The plan is read first, and ordered with its hash. */
  isPlanned?: true;
  /** It is recorded beside the run of its first case, too. */
  withCase?: string;
  course?: (series: StagedSeries) => Promise<unknown>;
}

export const STAGED_SERIES: Readonly<Record<string, StagedSeriesRun>> = {
  'series-completed': { house: 'FSP', count: 3, withCase: 'case-of-series' },
  'series-as-planned': { house: 'FSP', count: 2, isPlanned: true },
  'series-paused-and-skipped': {
    house: 'FSP',
    count: 25,
    course: async (series) => {
      await series.act('pause');
      await series.act('skip', { items: [series.items.at(-1)] });
      await series.act('continue');
    },
  },
  'series-aborted': { house: 'FSP', count: 2, course: (series) => series.act('abort') },
  'series-overridden': {
    house: 'LTN',
    count: 2,
    course: async (series) => {
      await series.until(({ state }) => state === 'awaiting-approval');
      await series.act('override', { house: 'LTN' });
    },
  },
  'series-not-approved': { house: 'LTN', count: 2 },
};

/** A series as somebody sees it through the API. */
export class StagedSeries {
  private constructor(
    private readonly up: UpProcess,
    readonly id: string,
    readonly items: readonly { house: string; eventNumber: string }[],
  ) {}

  static async order(
    up: UpProcess,
    items: readonly { house: string; eventNumber: string; expected: object }[],
    isPlanned: boolean,
  ): Promise<StagedSeries> {
    const order = { title: 'Erkrankung', marker: 'ENTFÄLLT', reason: 'Wegen einer Erkrankung.', items };
    const planHash = isPlanned ? await planHashOf(up, order) : undefined;
    const { id } = await up.api<SeriesView>('POST', '/series', { ...order, ...(planHash && { planHash }) });
    const events = items.map(({ house, eventNumber }) => ({ house, eventNumber }));
    return new StagedSeries(up, id, events);
  }

  get workflowId(): string {
    return seriesWorkflowId(this.id);
  }

  act(action: string, details: object = {}): Promise<SeriesView> {
    return this.up.api('POST', `/series/${this.id}/${action}`, { reason: 'Besprochen', ...details });
  }

  until(isSo: (view: SeriesView) => boolean): Promise<SeriesView> {
    return eventually(() => this.up.api<SeriesView>('GET', `/series/${this.id}`), isSo);
  }
}

async function planHashOf(up: UpProcess, order: object): Promise<string> {
  const { id } = await up.api<{ id: string }>('POST', '/series/plans', order);
  const plan = await eventually(
    () => up.api<{ state: string; planHash?: string }>('GET', `/series/plans/${id}`),
    ({ state }) => state === 'ready',
  );
  return plan.planHash ?? '';
}
