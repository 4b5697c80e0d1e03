import { sealedUpdate, type SealedFor } from '../../../src/domain/seal';
import { itemInput, openedSeries } from '../../../src/domain/series';
import { failedItems, itemsIn, openDoubts, type SeriesRequest } from '../../../src/domain/series-actions';
import type { SeriesAction } from '../../../src/domain/series-vocabulary';
import { SERIES_UPDATES } from '../../../src/workflows/series-messages';
import { toInstant } from '../../../src/domain/clock';
import { BY, seal } from '../../support/trust';
import { openApproval } from '../../../src/domain/series-approval';
import { ACTOR, APPROVER, FORGED_ACTOR } from '../people';
import type { Reaction } from '../theme';
import type { SeriesWorld } from './world';

export const SERIES_MISHAPS = [
  'series terminated',
  'series reset to the first event',
  'series reset to a later event',
  'request cancellation of the series',
] as const;

const EVERYTHING: readonly SeriesAction[] = [
  'pause-series',
  'pause-series',
  'continue-series',
  'skip-items',
  'skip-items',
  'abort-series',
  'retry-items',
  'decide-series-notice',
];
const MINUTE = 60_000;
const FORGED_EVERY = 7;

/** Everything that people do with the series as a whole, and to the event that somebody looks at right now. */
export class SeriesPeople {
  private requests = 0;

  constructor(private readonly world: SeriesWorld) {}

  /** Between any two moments of a call, a person may act. */
  interfere(): void {
    const { nemesis, evenings, time } = this.world;
    if (nemesis.chance(0.5)) nemesis.pick(evenings).people.interfere();
    const wish = nemesis.strike(0.004, ['an order about the series', 'a mishap of the series']);
    if (!wish) return;
    time.after(0, () => (wish === 'an order about the series' ? this.actSomehow() : this.mishap()));
  }

  /** Nothing follows a theme here. */
  async react(_reaction: Reaction): Promise<void> {}

  async decideDoubt(choice: 'send-again' | 'treat-as-sent'): Promise<void> {
    this.decide(choice);
  }

  async idle(): Promise<void> {
    const { nemesis, evenings } = this.world;
    if (this.asked() !== null && nemesis.chance(0.4))
      this.answerRequest(nemesis.pick(['approve', 'approve', 'approve', 'reject', 'override'] as const));
    if (nemesis.strike(0.08, ['an order about the series'])) this.actSomehow();
    if (nemesis.strike(0.05, ['a mishap of the series'])) await this.mishap();
    for (const evening of evenings)
      if (evening.house.backend === 'guided' || nemesis.chance(0.3)) await evening.people.idle();
  }

  /** After the faults: whoever runs the series takes it up again, goes on with it, and answers what it asks. */
  async help(): Promise<void> {
    const { world } = this;
    const state = world.state();
    if (!state || state.end) return;
    if (!world.seriesRuns.openRun) return world.resume();
    if (state.isPaused) this.ask('continue-series');
    if (this.asked() !== null) this.answerRequest('approve');
    this.decide(world.seed % 2 === 0 ? 'treat-as-sent' : 'send-again');
  }

  /** The house that is asked to approve, and for which plan; `null`: none. */
  private asked() {
    const known = this.world.known();
    const waiting = this.waiting();
    const houses = [...this.world.houses.keys()];
    const open = known && houses.map((house) => openApproval(known.state, house, waiting)).find(Boolean);
    return open?.request.after ?? null;
  }

  /** A second person answers, mostly; sometimes whoever has ordered the series tries to. */
  private answerRequest(word: 'approve' | 'reject' | 'override'): void {
    const request = this.asked();
    if (!request) return;
    const { house, planHash } = request;
    const isOwn = !this.world.nemesis.isCalm && this.world.nemesis.chance(0.15);
    const by = isOwn ? { actor: ACTOR, by: BY } : APPROVER;
    const approval = { house, ...(word === 'approve' && { planHash }) };
    this.ask(`${word}-series`, { approval, actor: by.actor }, undefined, by.by);
  }

  private waiting(): string[] {
    const known = this.world.known();
    return known ? itemsIn(known.state, known.marks, 'waiting') : [];
  }

  private decide(choice: 'send-again' | 'treat-as-sent'): void {
    const [doubt] = openDoubts(this.world.lines());
    if (!doubt) return;
    const { house, number } = doubt.after;
    this.ask('decide-series-notice', { notice: { house, number, choice } });
  }

  private actSomehow(): void {
    const { nemesis, world } = { nemesis: this.world.nemesis, world: this.world };
    const action = nemesis.pick(EVERYTHING);
    nemesis.describe(action);
    const known = world.known();
    if (!known) return;
    const all = known.state.items.map(({ item }) => item.caseId);
    switch (action) {
      case 'skip-items': {
        const waiting = this.waiting();
        const from = nemesis.chance(0.8) && waiting.length > 0 ? waiting : all;
        return this.ask(action, { items: [{ caseId: nemesis.pick(from) }] });
      }
      case 'retry-items': {
        const failed = failedItems(known.state, known.marks);
        const chosen = failed.length > 0 ? failed : [nemesis.pick(all)];
        return this.retry(chosen);
      }
      case 'decide-series-notice':
        return this.decide(nemesis.pick(['send-again', 'treat-as-sent']));
      case 'approve-series':
        return this.answerRequest('approve');
      case 'reject-series':
        return this.answerRequest('reject');
      case 'override-series':
        return this.answerRequest('override');
      case 'pause-series':
      case 'continue-series':
      case 'abort-series':
        return this.ask(action);
    }
  }

  /** The failed ones once more, each as a new case. A series that has ended is taken up for that. */
  retry(caseIds: readonly string[]): void {
    const { world } = this;
    const known = world.known();
    if (!known) return;
    if (!world.seriesRuns.openRun && !world.startRun({})) return;
    const orderedAt = toInstant(world.time.now);
    const whole = openedSeries(known.state.order.after);
    const retried = known.state.items
      .filter(({ item }) => caseIds.includes(item.caseId))
      .map(({ item }) => ({ item, newCaseId: world.newCaseId() }));
    const inputs = retried.map(({ item, newCaseId }) =>
      itemInput(world.seriesId, whole, {
        item: { ...item, caseId: newCaseId },
        by: { actor: ACTOR, actorId: BY.actorId },
        orderedAt,
      }),
    );
    const items = retried.map(({ item: { caseId }, newCaseId }) => ({ caseId, newCaseId }));
    this.ask('retry-items', { items, orderedAt }, world.sealsOf(inputs, BY));
  }

  /** Sends an update as the API does; some come from Temporal's Web UI instead. */
  ask(action: SeriesAction, details: Partial<SeriesRequest> = {}, seals?: object, who: SealedFor = BY): void {
    const { world } = this;
    const { name } = SERIES_UPDATES[action];
    const request: SeriesRequest = { actor: ACTOR, reason: 'Erkrankung', ...details };
    this.requests += 1;
    const isForged = this.requests % FORGED_EVERY === 0 && !world.nemesis.isCalm;
    world.seriesRuns.update(name, (updateId, { options }) => {
      if (isForged) return { ...request, actor: FORGED_ACTOR };
      const content = sealedUpdate(options.workflowId, world.seriesId, action, { updateId, request });
      return { ...request, seal: seal(content, who), ...(seals && { seals }) };
    });
  }

  private async mishap(): Promise<void> {
    const { nemesis, coverage, time, seriesRuns, temporal } = this.world;
    const kind = nemesis.pick(SERIES_MISHAPS);
    nemesis.describe(kind);
    const run = seriesRuns.openRun;
    if (!run) return;
    coverage.hit('series: mishap', kind);
    switch (kind) {
      case 'series terminated':
        await temporal.terminate(run);
        return time.after(nemesis.pick([100, 2_000, 5 * MINUTE, 90 * MINUTE]), () => this.takeUpAgain());
      case 'series reset to the first event':
        return void (await temporal.reset(run, 0));
      case 'series reset to a later event':
        return void (await temporal.reset(run, nemesis.between(1, run.history.length)));
      case 'request cancellation of the series':
        return temporal.requestCancel(run);
    }
  }

  private takeUpAgain(): void {
    const { world } = this;
    const isOver = world.state()?.end !== null;
    if (!isOver && !world.seriesRuns.openRun) world.resume();
  }
}
