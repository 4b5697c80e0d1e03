import type { Actor } from '../../src/domain/actor';
import { isLookByHand } from '../../src/domain/actions';
import { isConfirmable, waitOf, type Action } from '../../src/domain/vocabulary';
import type { Attention, CancellationInput, CancellationStatus } from '../../src/domain/case';
import { sealedUpdate, type SealedFor } from '../../src/domain/seal';
import type { JetEvent } from '../../src/domain/types';
import { BY, seal } from '../support/trust';
import type { Reaction } from './theme';
import type { World } from './world';

/** One in so many cases was begun by a build of before, and goes on turn by turn as it was. */
export const EARLIER_EVERY = 7;

export const EDITS = [
  'typo fixed',
  'title rewritten',
  'marker removed',
  'memo replaced',
  'saved again',
  'saved again',
  'status Bereitstellung',
  'status Abschluss',
  'status Storno',
  'status unknown',
  'date moved',
  'deleted',
] as const;
export const MISHAPS = [
  'sync paused',
  'mail server down',
  'wrong word',
  'no row',
  'channel down',
  'every worker down',
  'redeployed',
  'clock 5 minutes off',
  'clock an hour ahead',
  'clock an hour behind',
  'gateway exchanged',
  'ordered twice',
  'terminated',
  'terminated',
  'reset to the first event',
  'reset to a later event',
  'request cancellation',
  'request cancellation',
  'house missing',
  'user unknown',
] as const;
export const UPDATES: Record<Exclude<Action, 'resume'>, string> = {
  abort: 'abort',
  retry: 'retryNow',
  approve: 'approve',
  reject: 'reject',
  override: 'override',
  'skip-wait': 'skipWait',
  'confirm-step': 'confirmStep',
  'waive-step': 'waiveStep',
  decide: 'decide',
  'close-by-hand': 'closeByHand',
};
const APPROVALS: readonly Action[] = ['approve', 'reject', 'override'];
const LAST_WAYS = ['retry', 'confirm-step', 'abort', 'close-by-hand'] as const;
/** The name of everybody who orders and acts. It may stand in the journal, never in what Temporal's lists show. */
export const ACTOR = 'Eva Muster';
/** Whoever resumes a case is somebody else. */
export const RESUMER = { actor: 'Karl Gruber', by: { actorId: 'token:resumer', role: 'lead' } } as const;
/** Whoever approves a case is mostly somebody else, whatever name they go by. */
export const APPROVER = { actor: 'Anna Leitner', by: { actorId: 'token:lead', role: 'lead' } } as const;
/** Somebody who reaches Temporal states this name, and nobody has checked it. */
export const FORGED_ACTOR = 'Die Direktion';
const FORGED_EVERY = 5;
const MARKER = / – (ENTFÄLLT|ABGESAGT)$/;
const MINUTE = 60_000;

/** One case with what stands around it, as the people see it who have to do with it. */
export type CaseStage = Pick<
  World,
  | 'seed'
  | 'nemesis'
  | 'time'
  | 'coverage'
  | 'temporal'
  | 'jet'
  | 'journal'
  | 'house'
  | 'houses'
  | 'policy'
  | 'outages'
  | 'isSimulator'
  | 'configureHouse'
  | 'orderBeside'
  | 'takeUpAgain'
> & { readonly rules: Pick<World['rules'], 'at'> };

/** Everything that people do: colleagues at Jet's masks, operators of Temporal, clerks at the console. */
export class People {
  private isBusy = false;
  private requests = 0;
  /** The number of attempts to help in each situation. */
  private readonly tries = new Map<string, number>();

  constructor(private readonly world: CaseStage) {}

  /** Between any two moments of a call, a person may act. */
  interfere(): void {
    const { nemesis } = this.world;
    const edit = nemesis.strike(0.004, EDITS);
    if (edit) this.edit(edit);
    const wish = nemesis.strike(0.006, ['an operator', 'a mishap']);
    if (wish) this.world.time.after(0, () => (wish === 'an operator' ? this.actSomehow() : this.mishap()));
  }

  /** Every few minutes a person may act, whatever else happens. */
  async idle(): Promise<void> {
    const { nemesis } = this.world;
    const edit = nemesis.strike(0.05, EDITS);
    if (edit) this.edit(edit);
    if (nemesis.strike(0.06, ['an operator'])) await this.actSomehow();
    if (nemesis.strike(0.05, ['a mishap'])) await this.mishap();
    if (this.world.house.backend === 'guided') await this.doTask();
    if (this.isApprovalNeeded && nemesis.chance(0.4)) await this.decideApproval();
  }

  private get isApprovalNeeded(): boolean {
    return this.world.policy.approval !== undefined;
  }

  /** Nobody who may approve a case looks at it in time. */
  private get isNobodyThere(): boolean {
    return this.world.seed % 7 === 0;
  }

  /** A second person decides, mostly in favour; sometimes whoever ordered the case tries to. */
  private async decideApproval(): Promise<void> {
    const { nemesis } = this.world;
    const status = await this.look();
    if (status?.state !== 'awaiting-approval' || this.isNobodyThere) return;
    const word = nemesis.pick(['approve', 'approve', 'approve', 'approve', 'reject', 'override'] as const);
    this.act(word, status, nemesis.chance(0.1));
    // Two people may decide at once.
    if (nemesis.chance(0.2)) this.act(nemesis.pick(['approve', 'reject']), status);
  }

  /** A second person says yes to what is asked now. */
  approve(status: CancellationStatus): void {
    if (!this.isNobodyThere) this.act('approve', status);
  }

  /** An operator who is asked about a mail in doubt decides. */
  async decideDoubt(choice: 'send-again' | 'treat-as-sent'): Promise<void> {
    const status = await this.look();
    const { id, code } = status?.attention ?? {};
    if (code !== 'mail-in-doubt') return;
    const by = { actor: ACTOR, reason: 'Telefonisch besprochen' };
    this.ask('decide', { ...by, attentionId: id, choice });
  }

  /** An operator answers a question of this code with this choice. `false`: it is not asked. */
  async say(code: string, choice: string): Promise<boolean> {
    const { id, code: asked } = (await this.look())?.attention ?? {};
    if (asked !== code) return false;
    this.ask('decide', { actor: ACTOR, reason: 'In der Maske gesehen', attentionId: id, choice });
    return true;
  }

  /** An operator aborts the case. */
  async abort(): Promise<void> {
    const status = await this.look();
    if (status) this.act('abort', status);
  }

  /** Whoever has aborted the series that the case belongs to has the case aborted as well. */
  abortFor({ actor, actorId }: Actor, reason: string): void {
    const request = { actor, reason };
    this.world.temporal.update('abort', (updateId, { options }) => {
      const { workflowId, caseId = '' } = options;
      const content = sealedUpdate(workflowId, caseId, 'abort', { updateId, request });
      return { ...request, seal: seal(content, { actorId: actorId ?? '', role: 'clerk' }) };
    });
  }

  /** In a guided house the clerk does what the task says, mostly soon. */
  private async doTask(): Promise<void> {
    const status = await this.look();
    if (status && isSeenByPerson(status)) return this.act('decide', status);
    if (status?.attention?.code !== 'person-step' || !this.world.nemesis.chance(0.7)) return;
    this.act('confirm-step', status);
  }

  /** Looks at the closed run's own status. */
  async lookBack(): Promise<void> {
    const { temporal, rules, coverage } = this.world;
    const closed = temporal.lastRun?.closed;
    if (!closed || closed.as === 'terminated' || temporal.openRun) return;
    // The run closed before it could answer anything.
    if (temporal.lastRun?.history.length === 1) return;
    const status = await temporal.query<CancellationStatus>('cancellation');
    coverage.hit('state', status.state);
    rules.at('onReply', JSON.stringify(status));
  }

  edit(kind: (typeof EDITS)[number]): void {
    const { jet, coverage, nemesis } = this.world;
    const { event } = jet;
    if (!event) return;
    coverage.hit('edit', kind);
    nemesis.describe(kind);
    const status = (code: JetEvent['status'], statusText: string) => jet.edit({ status: code, statusText });
    switch (kind) {
      case 'typo fixed': {
        const [marker = ''] = MARKER.exec(event.title) ?? [];
        return jet.edit({ title: `${event.title.replace(MARKER, '').slice(0, -1)}E${marker}` });
      }
      case 'title rewritten':
        return jet.edit({ title: 'Die alte Dame: Ersatzvorstellung' });
      case 'marker removed':
        return jet.edit({ title: event.title.replace(MARKER, '') });
      case 'memo replaced':
        return jet.edit({ externalMemo: nemesis.pick(['Bitte beim Einlass melden.', null]) });
      case 'saved again':
        return jet.edit({});
      case 'status Bereitstellung':
        return status('PROVISIONED', 'Bereitstellung');
      case 'status Abschluss':
        return status('CLOSED', 'Abschluss');
      case 'status unknown':
        return status('UNKNOWN', 'Gesperrt');
      case 'status Storno':
        return status('CANCELLED', 'Storno');
      case 'date moved':
        return jet.edit(
          this.world.seed % 2 === 0
            ? { startsAt: new Date(Date.parse(event.startsAt) + 86_400_000).toISOString() }
            : { venue: 'Studiobühne' },
        );
      case 'deleted':
        return jet.delete();
    }
  }

  /** Carries out the theme's reaction. */
  async react(reaction: Reaction): Promise<void> {
    switch (reaction) {
      case 'nothing':
        return;
      case 'abort':
      case 'retry': {
        const status = await this.look();
        if (status) this.act(reaction, status);
        return;
      }
      case 'typo fixed':
      case 'marker removed':
      case 'saved again':
      case 'status Storno':
        return this.edit(reaction);
      case 'request cancellation':
      case 'user unknown':
      case 'terminated':
      case 'reset to the first event':
        return this.mishap(reaction);
    }
  }

  /** An operator skips the first wait, and a colleague saves right then: the skip was not meant for that save. */
  async skipAndSave(): Promise<void> {
    const { nemesis, time } = this.world;
    const status = await this.look();
    if (status?.step !== 'wait-for-title-transfer' || !nemesis.force('skip-wait, and a save')) return;
    this.act('skip-wait', status);
    time.after(nemesis.between(0, 700), () => this.edit('saved again'));
  }

  private async mishap(kind: (typeof MISHAPS)[number] = this.world.nemesis.pick(MISHAPS)): Promise<void> {
    const { world } = this;
    const { nemesis, coverage, time, jet, temporal } = world;
    coverage.hit('mishap', kind);
    nemesis.describe(kind);
    const run = temporal.openRun;
    const until = time.now + nemesis.pick([2, 12, 40, 90]) * MINUTE;
    switch (kind) {
      case 'sync paused':
        jet.channel.pausedUntil = until;
        return;
      case 'wrong word': {
        // Without a transfer time, a false "Storno" could not be told apart from a true one.
        const words = [
          'Verkaufsfreigabe',
          'Abschluss',
          'storno',
          ...(jet.channel.showsTransferTime ? ['Storno'] : []),
        ];
        jet.channel.wrongWord = { word: nemesis.pick(words), until };
        return;
      }
      case 'no row':
        jet.row = null;
        return;
      case 'channel down':
        world.outages.set('channel', { until });
        return;
      case 'redeployed':
        return temporal.redeploy(nemesis.pick([2_000, 20_000]));
      case 'gateway exchanged':
        // A real Jet takes the place of a rehearsal's simulator.
        world.isSimulator = false;
        time.after(until - time.now, () => void (world.isSimulator = true));
        return;
      case 'ordered twice':
        if (run) world.orderBeside(run);
        return;
      case 'every worker down':
        return temporal.crash(nemesis.pick([10, 60, 200]) * MINUTE);
      case 'mail server down':
        world.outages.set('mail', { until });
        return;
      case 'clock 5 minutes off':
        time.workerOffsetMs = nemesis.pick([-5, 5]) * MINUTE;
        return;
      case 'clock an hour ahead':
        time.workerOffsetMs = 60 * MINUTE;
        return;
      case 'clock an hour behind':
        time.workerOffsetMs = -60 * MINUTE;
        return;
      case 'terminated':
        if (!run) return;
        run.wasTerminatedByPeople = true;
        await temporal.terminate(run);
        time.after(nemesis.pick([100, 2_000, 5 * MINUTE, 90 * MINUTE]), () => world.takeUpAgain());
        return;
      case 'reset to the first event':
        if (run) await temporal.reset(run, 0);
        return;
      case 'reset to a later event':
        if (run) await temporal.reset(run, nemesis.between(1, run.history.length));
        return;
      case 'request cancellation':
        if (run) temporal.requestCancel(run);
        return;
      case 'house missing':
        world.houses.delete(world.house.key);
        time.after(until - time.now, () => world.configureHouse());
        return;
      case 'user unknown':
        jet.isUserKnown = false;
        time.after(until - time.now, () => void (jet.isUserKnown = true));
        return;
    }
  }

  /** Takes some action, mostly one that is offered, mostly with the right details. */
  private async actSomehow(): Promise<void> {
    if (this.isBusy || !this.world.temporal.openRun) return;
    this.isBusy = true;
    const { nemesis, temporal } = this.world;
    const status = await this.look();
    this.isBusy = false;
    if (!status) return;
    const every = Object.keys(UPDATES) as Exclude<Action, 'resume'>[];
    const all = every.filter((action) => this.isApprovalNeeded || !APPROVALS.includes(action));
    const offered = all.filter((action) => status.allowedActions.includes(action));
    const action = nemesis.chance(0.85) && offered.length > 0 ? nemesis.pick(offered) : nemesis.pick(all);
    nemesis.describe(action);
    if (!temporal.openRun) return;
    this.act(action, status, nemesis.chance(0.15));
  }

  /** The run's status, unless no worker can answer. */
  async look(): Promise<(CancellationStatus & { policy: CancellationInput['policy'] }) | null> {
    const { temporal, rules, coverage } = this.world;
    if (temporal.worker.isDown) return null;
    const run = temporal.openRun;
    if (!run || run.history.length === 0) return null;
    const status = await temporal.query<CancellationStatus>('cancellation');
    const { policy } = run.input as CancellationInput;
    coverage.hit('state', status.state);
    if (status.attention) coverage.hit('attention', status.attention.code);
    rules.at('onStatus', { ...status, policy }, run);
    rules.at('onReply', JSON.stringify(status));
    return { ...status, policy };
  }

  /** `isWrong`: with the details of another moment. */
  act(action: Exclude<Action, 'resume'>, status: CancellationStatus, isWrong = false): void {
    const { nemesis } = this.world;
    const { attention, waitSavedAt } = status;
    const isLook = !isWrong && isLookByHand({ step: 'set-storno' }, status) && nemesis.chance(0.7);
    const rightStep = isLook
      ? 'set-storno'
      : action === 'skip-wait'
        ? (waitOf(status.step) ?? status.step)
        : status.step;
    const step = isWrong ? 'report' : rightStep;
    const by = { actor: ACTOR, reason: 'Telefonisch besprochen' };
    const choice = attention ? nemesis.pick(attention.choices)?.choice : undefined;
    const savedAt = isWrong ? '2026-01-01T00:00:00.000Z' : waitSavedAt;
    const details: Partial<Record<Action, () => object>> = {
      'skip-wait': () => ({ step, savedAt, titlesVisibleAtPartner: true }),
      'confirm-step': () => ({
        step,
        readBack: isWrong ? {} : this.doByHand({ ...status, step: rightStep }),
      }),
      approve: () => ({ planHash: isWrong ? 'another plan' : status.approval?.planHash }),
      'waive-step': () => ({ step }),
      decide: () => ({ attentionId: isWrong ? 'other' : attention?.id, choice }),
    };
    const isOther = APPROVALS.includes(action) && nemesis.chance(0.8);
    const { actor } = isOther ? APPROVER : by;
    this.ask(action, { ...by, actor, ...details[action]?.() }, isOther ? APPROVER.by : BY);
  }

  /**
   * Sends an update as the API does, with its seal. Some come from Temporal's Web UI instead: they look like the API's in
   * everything but the seal, and state another name.
   */
  private ask(
    action: Exclude<Action, 'resume'>,
    request: { actor: string; reason: string; attentionId?: string; choice?: string },
    who: SealedFor = BY,
  ): void {
    const { temporal } = this.world;
    temporal.update(UPDATES[action], (updateId, { options }) => {
      this.requests += 1;
      if (this.requests % FORGED_EVERY === 0) return { ...request, actor: FORGED_ACTOR };
      const { workflowId, caseId = '' } = options;
      const content = sealedUpdate(workflowId, caseId, action, { updateId, request });
      return { ...request, seal: seal(content, who) };
    });
  }

  /** A clerk does the step in the masks, and reads off what they show then. */
  private doByHand({ state, step, event, attention }: CancellationStatus): object {
    const { world } = this;
    const { jet } = world;
    if (!event || attention === null || !isConfirmable(step)) return {};
    const now = new Date(world.time.now).toISOString();
    switch (step) {
      case 'mark-titles': {
        const side = state === 'aborting' ? 'before' : 'after';
        const texts = {
          title: event.title[side] ?? '',
          customerTitle: event.customerTitle[side],
          externalMemo: event.externalMemo[side],
        };
        if (jet.event?.status === 'ON_SALE') jet.edit(texts);
        return texts;
      }
      case 'set-storno':
        // Only by the rules that bind Absage, too: on sale, marked, and an interval after the last save.
        if (jet.event?.status === 'ON_SALE' && MARKER.test(jet.event.title))
          jet.edit({ status: 'CANCELLED', statusText: 'Storno' });
        return jet.event ? { status: jet.event.statusText, title: jet.event.title } : {};
      case 'verify-channel': {
        const row = jet.readChannelInfo(jet.eventNumber);
        return row
          ? { status: row.status, ...(row.transferredAt && { transferredAt: row.transferredAt }) }
          : {};
      }
      case 'grant-right': {
        const { right } = world.journal.lines.find(({ kind }) => kind === 'opening')!.after as {
          right: { validFrom: string; validUntil: string };
        };
        jet.right = { user: world.house.connectOnlineUser, eventNumber: jet.eventNumber, ...right };
        return right;
      }
      case 'notify-partner':
        return { sentAt: now };
    }
  }

  /** After the faults an operator who knows the runbook deals with the attention. */
  help(status: CancellationStatus, attention: Attention): void {
    const { jet, coverage } = this.world;
    const offered = attention.actions;
    coverage.hit('helped', attention.code);
    const { event } = jet;
    const { startsAt, venue } = status.event ?? {};
    const isMoved =
      event && (Date.parse(event.startsAt) !== Date.parse(startsAt ?? '') || event.venue !== venue);
    if (attention.code === 'event-deleted') jet.restore();
    if (attention.code === 'event-changed' && isMoved) jet.edit({ startsAt, venue });
    if (attention.code === 'status-changed-after-storno') {
      jet.restore();
      if (jet.event?.status !== 'CANCELLED') this.edit('status Storno');
    }
    if (attention.code === 'status-not-cancellable' && event && event.status !== 'CANCELLED')
      jet.edit({ status: 'ON_SALE', statusText: 'Verkaufsfreigabe' });
    // An action that did not help twice is not tried a third time.
    const tries = (this.tries.get(attention.id) ?? 0) + 1;
    this.tries.set(attention.id, tries);
    // Either the attention says that the journal is behind, or that is why every action so far was refused.
    if (attention.code === 'journal-behind' || tries > 2) this.world.journal.bringBack();
    // An impatient operator goes on without the right, or without Absage's mail, rather than wait.
    const isImpatient = this.world.seed % 3 === 0;
    // A task is done; that another status stands there is said only while one does.
    const decide = attention.code === 'person-step' ? [] : (['decide'] as const);
    const order = [...decide, ...(isImpatient ? ['waive-step' as const] : []), ...LAST_WAYS] as const;
    const ways = order.filter((way) => offered.includes(way));
    const way = ways[Math.min(Math.floor((tries - 1) / 2), ways.length - 1)];
    if (way) this.act(way, status);
  }
}

/** A clerk of a guided house has said that another status stands in Jet: sooner or later it is right again. */
function isSeenByPerson({ attention }: CancellationStatus): boolean {
  return attention?.choices.some(({ choice }) => choice === 'shows-expected-status') ?? false;
}
