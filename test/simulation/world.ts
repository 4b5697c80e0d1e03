import type { createActivities, createJetActivities } from '../../src/activities';
import type { CancellationInput, CancellationStatus, CasePolicy } from '../../src/domain/case';
import type { KnownFailure } from '../../src/domain/failures';
import type { House, JetEvent } from '../../src/domain/types';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { aHouse, anEvent, anInput, anOrder, aPolicy } from '../support/examples';
import type { Coverage } from './coverage';
import { ModelJet } from './model-jet';
import { ModelJournal } from './model-journal';
import { ModelMail } from './model-mail';
import { ModelTemporal, Violation, type Attempt } from './model-temporal';
import { Nemesis, type Strike } from './nemesis';
import { People } from './people';
import { AttemptPorts } from './ports';
import { Rules } from './rules';
import { settle, VirtualTime, withVirtualTime } from './virtual-time';
import { chooseTheme, type Theme } from './theme';
import { failureOf, type WorkflowSandbox } from './workflow-sandbox';

/** What is simulated: the real activities and the real workflows, or both with a fault put in. */
export interface Sources {
  createActivities: typeof createActivities;
  createJetActivities: typeof createJetActivities;
  KnownFailure: typeof KnownFailure;
}

/** How one schedule has gone. */
export interface Outcome {
  seed: number;
  violation: Violation | null;
  strikes: readonly Strike[];
  /** How the last case ended. */
  end: string;
  /** Decisions of the nemesis, effects and what was asked, for a person who looks for the reason. */
  story: string[];
}

const MINUTE = 60_000;
const START = Date.parse('2026-11-04T18:00:00.000+01:00');
const QUIET = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
const CASE_IDS = [
  '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a11',
  '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a12',
  '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a13',
];
const MOST_HELP = 60;
const LONG_OUTAGE_MS = 240 * MINUTE;
const LONG_TROUBLES = ['mail', 'jet', 'journal', 'channel', 'truncation'] as const;

/** One schedule: a Jet, a mail server, a journal, a Temporal, people, and a nemesis. */
export class World {
  readonly time = new VirtualTime(START);
  readonly nemesis: Nemesis;
  readonly house: House = aHouse();
  readonly policy: CasePolicy;
  readonly isRehearsal: boolean;
  readonly jet: ModelJet;
  readonly mail: ModelMail;
  readonly journal: ModelJournal;
  readonly temporal: ModelTemporal;
  readonly rules: Rules;
  readonly people: People;
  readonly theme: Theme | null;
  readonly outages = new Map<string, number>();
  isHouseMissing = false;
  private caseNumber = 0;

  constructor(
    readonly sources: Sources,
    sandbox: WorkflowSandbox,
    readonly seed: number,
    readonly coverage: Coverage,
    suppressed: ReadonlySet<number>,
  ) {
    const now = () => this.time.now;
    this.nemesis = new Nemesis(seed, now, suppressed);
    const { nemesis } = this;
    this.theme = chooseTheme(nemesis);
    const isShort = nemesis.chance(0.15);
    this.isRehearsal = isShort || nemesis.chance(0.2);
    this.policy = aPolicy({
      ...(isShort && { syncIntervalMs: 20_000, pollIntervalMs: 2_000, attentionAfterMs: 60_000 }),
      ...(!isShort && { pollIntervalMs: nemesis.pick([30_000, 120_000]) }),
    });
    const { syncIntervalMs } = this.policy;
    this.jet = new ModelJet(
      now,
      someEvent(nemesis),
      {
        tickMs: Math.round(syncIntervalMs * nemesis.pick([0.3, 0.6, 0.95])),
        processingMs: Math.round(syncIntervalMs * 0.04),
        showsTransferTime: nemesis.chance(0.75),
        pausedUntil: 0,
        wrongWord: null,
        isDown: false,
      },
      this.house.connectOnlineUser,
    );
    // Some other event's Storno, or one that was taken back: an old row.
    if (nemesis.chance(0.05) && this.jet.row) this.jet.row.status = 'Storno';
    this.mail = new ModelMail(now);
    this.journal = new ModelJournal(
      () => new Date(),
      (detail) => new sources.KnownFailure('journal-behind', detail),
    );
    this.temporal = new ModelTemporal(this.time, nemesis, sandbox, (attempt) => this.execute(attempt));
    this.rules = new Rules(this);
    this.people = new People(this);
  }

  /** Jet stores the next title shorter than it was given. */
  truncateNextSave(): void {
    this.jet.store = (texts) => {
      this.jet.store = (whole) => whole;
      return { ...texts, title: texts.title.slice(0, -2) };
    };
  }

  async run(): Promise<Outcome> {
    const violation = await this.findViolation();
    await this.temporal.dispose();
    return {
      seed: this.seed,
      violation,
      strikes: this.nemesis.strikes,
      end: this.end(),
      story: this.story(),
    };
  }

  private async findViolation(): Promise<Violation | null> {
    try {
      await withVirtualTime(this.time, () => this.goThrough());
      this.rules.atRest();
      return this.rules.violations[0] ?? null;
    } catch (error) {
      if (error instanceof Violation) return error;
      return new Violation('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  /** After a termination: the same case again, or first somebody who orders anew and must be refused. */
  takeUpAgain(): void {
    const { nemesis, temporal, journal } = this;
    if (temporal.openRun) return;
    const last = temporal.runs.at(-1);
    if (!last || last.closed?.as !== 'terminated') return;
    const input = last.input as CancellationInput;
    const isBegun = journal.entries(input.caseId).some(({ kind }) => kind === 'opening');
    if (!isBegun || (nemesis.chance(0.2) && this.caseNumber < 2)) this.order();
    else this.startRun({ ...input, resumption: { actor: 'Eva Muster', reason: 'Weiter' } });
  }

  private order(): void {
    const { nemesis, jet, policy } = this;
    const { title, startsAt } = jet.event ?? anEvent();
    this.caseNumber += 1;
    const order = anOrder({
      marker: nemesis.pick(['ENTFÄLLT', 'ABGESAGT']),
      expected: { title: title.replace(/ – (ENTFÄLLT|ABGESAGT)$/, ''), startsAt },
    });
    this.startRun(anInput({ caseId: CASE_IDS[this.caseNumber - 1], order, policy }));
  }

  private startRun(input: CancellationInput): void {
    const { house, eventNumber } = input.order;
    this.temporal.start(`cancel-performance/${house}/${eventNumber}`, 'cancelPerformance', input);
  }

  private async goThrough(): Promise<void> {
    const { nemesis, time, people } = this;
    this.tick();
    this.order();
    const isLong = this.beginLongOutage();
    const chaosMs = nemesis.pick([4, 12, 25, 45, 90, 240]) * MINUTE;
    const pace = this.policy.syncIntervalMs < MINUTE ? 0.1 : 1;
    const calmAt = START + (isLong ? LONG_OUTAGE_MS : chaosMs) * pace;
    this.idle(calmAt);
    if (nemesis.chance(0.06)) time.after(this.policy.syncIntervalMs / 3, () => people.skipAndSave());
    await this.passUntil(calmAt);
    await people.look();
    this.calm();
    await this.comeToRest();
    if (this.journal.endOf(CASE_IDS[0]!) === 'aborted' && this.caseNumber < 3 && nemesis.chance(0.4)) {
      this.coverage.hit('mishap', 'ordered again after an abort');
      this.order();
      await this.comeToRest();
    }
    // Whoever was stopped wakes up now, and must find nothing to do.
    await this.passUntil(time.now + 45 * MINUTE);
  }

  /** Some schedules have one trouble that lasts longer than anybody's patience, and little else. */
  private beginLongOutage(): boolean {
    if (this.seed % 25 !== 12) return false;
    this.nemesis.isReserved = true;
    const { syncIntervalMs } = this.policy;
    const trouble = LONG_TROUBLES[Math.floor(this.seed / 25) % LONG_TROUBLES.length]!;
    const startsAfterMs = { mail: 0, jet: 800, journal: 800, channel: 1.1 * syncIntervalMs, truncation: 0 }[
      trouble
    ];
    this.time.after(startsAfterMs, () => {
      if (!this.nemesis.force(`long trouble: ${trouble}`)) return;
      this.coverage.hit('fault', `long trouble: ${trouble}`);
      if (trouble === 'truncation') this.truncateNextSave();
      else this.outages.set(trouble, Infinity);
    });
    return true;
  }

  private async passUntil(until: number): Promise<void> {
    while (await this.time.step(until)) {
      await settle();
      const [violation] = this.rules.violations;
      if (violation) throw violation;
    }
  }

  /** The faults have ended. What was broken is mended; what is asked of people is not answered by that. */
  private calm(): void {
    const { jet, temporal, time, outages } = this;
    this.nemesis.isCalm = true;
    outages.clear();
    Object.assign(jet.channel, { pausedUntil: 0, wrongWord: null });
    jet.isUserKnown = true;
    this.isHouseMissing = false;
    time.workerOffsetMs = 0;
    temporal.workerDownUntil = Math.min(temporal.workerDownUntil, time.now);
    this.takeUpAgain();
  }

  /** L1: it ends, or waits for a person with a named action, and goes on when that person has helped. */
  private async comeToRest(): Promise<void> {
    const { time, temporal, people, policy } = this;
    const { syncIntervalMs, pollIntervalMs, attentionAfterMs } = policy;
    const patienceMs = 2 * syncIntervalMs + pollIntervalMs + 3 * attentionAfterMs + 10 * MINUTE;
    const sliceMs = Math.max(5_000, syncIntervalMs / 6);
    for (let help = 0; help < MOST_HELP; help += 1) {
      const deadline = time.now + patienceMs;
      let status: CancellationStatus | null = null;
      const isResting = () => !temporal.openRun || status?.attention != null;
      while (!isResting() && time.now < deadline) {
        await this.passUntil(time.now + sliceMs);
        status = await people.look();
      }
      if (!temporal.openRun) {
        if (temporal.runs.at(-1)?.closed?.as !== 'terminated') return;
        this.takeUpAgain();
        continue;
      }
      const shown = status as CancellationStatus | null;
      if (!shown?.attention) throw new Violation('L1', `no rest: ${JSON.stringify(shown)}`);
      if (shown.attention.actions.length === 0)
        throw new Violation('L1', `nothing can be done: ${shown.attention.code}`);
      // Some wait for a person; the others may heal by themselves first.
      await this.passUntil(time.now + sliceMs);
      const later = await people.look();
      if (!later?.attention) continue;
      people.help(later, later.attention);
      // Whoever has helped sees whether it does: what is then asked may be something else.
      const { id } = later.attention;
      const patientUntil = time.now + attentionAfterMs + MINUTE;
      let asked: string | undefined = id;
      while (temporal.openRun && asked === id && time.now < patientUntil) {
        await this.passUntil(time.now + sliceMs);
        asked = (await people.look())?.attention?.id;
      }
    }
    throw new Violation('L1', `does not end: ${JSON.stringify((await people.look())?.attention)}`);
  }

  private tick(): void {
    const { jet, time } = this;
    const { tickMs, processingMs } = jet.channel;
    time.after(tickMs, () => {
      const transferred = jet.transfer();
      const isNew =
        transferred && (transferred.status !== jet.row?.status || transferred.title !== jet.row.title);
      if (isNew) time.after(processingMs, () => jet.show(transferred));
      this.tick();
    });
  }

  private idle(calmAt: number): void {
    const { time, nemesis, people, policy } = this;
    const pauseMs = policy.syncIntervalMs * nemesis.pick([0.1, 0.3, 0.7]);
    time.after(pauseMs, async () => {
      if (time.now >= calmAt) return;
      await people.idle();
      this.idle(calmAt);
    });
  }

  private execute(attempt: Attempt): void {
    const { createActivities, createJetActivities, KnownFailure } = this.sources;
    const ports = new AttemptPorts(this, attempt);
    const { dependencies } = ports;
    const activities = { ...createJetActivities(dependencies), ...createActivities(dependencies) };
    const { activityType, input } = attempt.task.options;
    const work = activities[activityType as keyof typeof activities] as (input: unknown) => Promise<unknown>;
    const { workflowId, runId } = attempt.task.run.options;
    const environment = new MockActivityEnvironment(
      { workflowExecution: { workflowId, runId } },
      { logger: QUIET as never, client: ports.client as never },
    );
    void environment.run(work, input).then(
      (value) => ports.later(this.nemesis.latency(), () => this.temporal.report(attempt, { value })),
      (error: unknown) => {
        if (error instanceof KnownFailure) throw error;
        const nextRetryDelay = error instanceof ApplicationFailure ? error.nextRetryDelay : undefined;
        const report = { failure: failureOf(error), nextRetryDelayMs: nextRetryDelay as number | undefined };
        ports.later(this.nemesis.latency(), () => this.temporal.report(attempt, report));
      },
    );
  }

  private end(): string {
    const end = this.journal.lines.findLast(({ kind }) => kind === 'end' || kind === 'refusal');
    return end?.kind === 'end' ? String(end.outcome) : end ? 'refused' : 'nothing';
  }

  private story(): string[] {
    const since = (at: number) => `${((at - START) / 1_000).toFixed(3).padStart(10)} s`;
    const lines: [number, string][] = [
      ...this.nemesis.strikes.map(({ at, what, ordinal }): [number, string] => [at, `! ${ordinal} ${what}`]),
      ...this.jet.writes.map(({ at, actor, operation, before, after }): [number, string] => [
        at,
        `jet ${actor} ${operation} ${before?.version}→${after?.version} ${after?.statusText} ${after?.title} | ${after?.customerTitle} | ${after?.externalMemo}`,
      ]),
      ...this.journal.lines.map(({ at, kind, operation, effectKey, outcome }): [number, string] => [
        Date.parse(at),
        `journal ${kind} ${operation} ${effectKey} ${outcome}`,
      ]),
      ...this.mail.deliveries.map(({ at, recipient, wasAccepted, heard }): [number, string] => [
        at,
        `mail ${recipient} taken ${wasAccepted}, heard ${heard}`,
      ]),
      ...this.temporal.runs.flatMap(({ options, history, closed }) => [
        ...history.map(({ at, jobs, commands }): [number, string] => [
          at,
          `run ${options.runId} ${jobs.map((job) => jobName(job)).join(',')} → ${commands.map((command) => ('activity' in command ? command.activity.activityType : command.kind)).join(',')}`,
        ]),
        [closed?.at ?? 0, `run ${options.runId} closed ${closed?.as} ${closed?.type ?? ''}`] as [
          number,
          string,
        ],
      ]),
    ];
    return lines.sort(([a], [b]) => a - b).map(([at, what]) => `${since(at)}  ${what}`);
  }
}

function jobName(job: object): string {
  const names = Object.entries(job)
    .filter(([, value]) => typeof value === 'object' && value !== null)
    .map(([name, value]) => {
      const {
        name: update,
        seq,
        result,
      } = value as {
        name?: string;
        seq?: number;
        result?: { failed?: { failure?: { cause?: { message?: string } } } };
      };
      return `${name}${update ? ` ${update}` : ''}${seq ? ` ${seq}` : ''}${result?.failed ? ` failed (${result.failed.failure?.cause?.message})` : ''}`;
    });
  return names.join(' ');
}

/** Mostly an ordinary one; sometimes one that has to be refused, or that has been through something before. */
function someEvent(nemesis: Nemesis): JetEvent {
  const changes: Partial<JetEvent> = {
    customerTitle: nemesis.pick(['Dürrenmatt: Der Besuch der alten Dame', null, '']),
    externalMemo: nemesis.pick(['Einlass ab 19 Uhr', null]),
    title: nemesis.chance(0.15)
      ? 'Der Besuch der alten Dame in einer neuen Fassung für Chöre'
      : 'Der Besuch der alten Dame',
    savedAt: new Date(START - nemesis.pick([2, 14, 600]) * MINUTE).toISOString(),
  };
  const oddity = nemesis.random();
  if (oddity < 0.02) Object.assign(changes, { status: 'CLOSED', statusText: 'Abschluss' });
  else if (oddity < 0.03) Object.assign(changes, { soldViaPartner: false });
  else if (oddity < 0.08) Object.assign(changes, { status: 'CANCELLED', statusText: 'Storno' });
  else if (oddity < 0.13) Object.assign(changes, { title: 'Der Besuch der alten Dame – ABGESAGT' });
  return anEvent({ startsAt: '2027-01-05T18:30:00.000Z', ...changes });
}

/** Runs one schedule with the seed's choices, some of its strikes taken back. */
export function simulate(
  sources: Sources,
  sandbox: WorkflowSandbox,
  seed: number,
  coverage: Coverage,
  suppressed: ReadonlySet<number> = new Set(),
): Promise<Outcome> {
  return new World(sources, sandbox, seed, coverage, suppressed).run();
}
