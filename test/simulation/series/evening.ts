import type { CancellationInput } from '../../../src/domain/case';
import { sealedStart } from '../../../src/domain/seal';
import type { House } from '../../../src/domain/types';
import { anInput, anOrder } from '../../support/examples';
import { BY, seal } from '../../support/trust';
import { seenInMask } from '../events';
import type { ModelJet } from '../models/jet';
import type { ModelJournal } from '../models/journal';
import type { Run } from '../models/run';
import type { ModelTemporal } from '../models/temporal';
import { ACTOR, People, RESUMER, type CaseStage } from '../people';
import { Rules } from '../rules/rules';
import type { Judged } from '../rules/seen';
import { Violation } from '../rules/violation';
import { EVENING_RULES } from './rules';
import type { SeriesWorld } from './world';

/** One event of a series with its own Jet, its own cases, and the people and the rules that look at nothing else. */
export class Evening implements CaseStage, Judged {
  readonly temporal: ModelTemporal;
  readonly journal: ModelJournal;
  readonly people: People;
  readonly rules: Rules;
  readonly wasJournalSetBack = false;
  private readonly workflowId: string;

  constructor(
    private readonly world: SeriesWorld,
    readonly house: House,
    readonly jet: ModelJet,
  ) {
    const { eventNumber } = jet;
    this.workflowId = world.sources.cancellationWorkflowId(house.key, eventNumber);
    this.temporal = world.temporal.of(this.workflowId);
    const { journal } = world;
    const isIts = ({ eventNumber: number }: { eventNumber: string }) => number === eventNumber;
    this.journal = Object.create(journal, {
      lines: { get: () => journal.lines.filter(isIts) },
    }) as ModelJournal;
    this.people = new People(this);
    this.rules = new Rules(this, EVENING_RULES);
  }

  get seed() {
    return this.world.seed;
  }

  get nemesis() {
    return this.world.nemesis;
  }

  get time() {
    return this.world.time;
  }

  get coverage() {
    return this.world.coverage;
  }

  get mail() {
    return this.world.mail;
  }

  get policy() {
    return this.world.policy;
  }

  get houses() {
    return this.world.houses;
  }

  get outages() {
    return this.world.outages;
  }

  get isRehearsal() {
    return this.world.isRehearsal;
  }

  get isSimulator() {
    return this.world.isSimulator;
  }

  set isSimulator(isSimulator: boolean) {
    this.world.isSimulator = isSimulator;
  }

  configureHouse(): void {
    this.houses.set(this.house.key, this.house);
  }

  /** After a termination somebody takes the case up again, by itself. */
  takeUpAgain(): void {
    const last = this.temporal.lastRun;
    if (last?.closed?.as !== 'terminated') return;
    const input = last.input as CancellationInput;
    if (this.world.isLostLeft && this.journal.entries(input.caseId).length === 0) return;
    this.start({ ...input, resumption: { actor: RESUMER.actor, reason: 'Weiter' } });
    this.coverage.hit('action', 'resume accepted');
  }

  /** An order by itself while the case of the series is open, which Temporal refuses. */
  orderBeside({ input }: Run): void {
    const { series: _none, ...single } = input as CancellationInput;
    if (this.start({ ...single, caseId: `beside ${this.jet.eventNumber}` }) !== null)
      throw new Violation('S14', 'two runs are open for one event');
  }

  /** The same event by itself, without its series. `false`: a run of it is open. */
  orderByItself(): boolean {
    const { title, startsAt, eventNumber } = this.jet.event!;
    const order = anOrder({
      house: this.house.key,
      eventNumber,
      expected: { title: title.replace(/ – ABGESAGT$/, ''), startsAt },
      ...(this.house.backend === 'guided' && { seen: seenInMask(this.jet.event!) }),
    });
    const caseId = `7b0f6c1e-58f0-4f43-9f6a-${eventNumber.padStart(12, '9')}`;
    return this.start(anInput({ caseId, order, policy: this.policy, orderedBy: ACTOR })) !== null;
  }

  private start(input: CancellationInput): Run | null {
    const content = sealedStart(this.workflowId, input);
    const sealed = { ...input, seal: seal(content, input.resumption ? RESUMER.by : BY) };
    return this.temporal.start(this.workflowId, 'cancelPerformance', sealed);
  }
}
