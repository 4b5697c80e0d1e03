import { Context } from '@temporalio/activity';
import type { ActivityDependencies } from '../../src/activities';
import type { FailureCode } from '../../src/domain/failures';
import type { JetPort } from '../../src/jet/port';
import type { Journal, SeriesStore, WriteAttempt } from '../../src/journal/port';
import type { MailPort, OutgoingMail } from '../../src/mail/port';
import type { RecipientOutcome } from '../../src/domain/line-content';
import { Refused } from './models/jet';
import type { Attempt } from './models/run';
import type { ModelJet } from './models/jet';
import type { ModelSeries, SteppedSeries } from './models/series';
import type { Rules } from './rules/rules';
import type { World } from './world';

/** What stands around an attempt: a world of one case, or of a series. */
export interface Stage extends Pick<
  World,
  | 'nemesis'
  | 'time'
  | 'temporal'
  | 'coverage'
  | 'policy'
  | 'houses'
  | 'isRehearsal'
  | 'trust'
  | 'sources'
  | 'journal'
  | 'mail'
  | 'outages'
  | 'theme'
  | 'sleeper'
  | 'slowSenderMs'
  | 'isSimulator'
  | 'isAlwaysStale'
  | 'isNoticeLost'
  | 'isNoticeRefused'
> {
  readonly jet: Pick<
    ModelJet,
    | 'isStale'
    | 'store'
    | 'readEvent'
    | 'saveAnnouncement'
    | 'setStatusStorno'
    | 'readChannelInfo'
    | 'readRight'
    | 'grantRight'
  >;
  readonly rules: Pick<Rules, 'at'>;
  readonly people: Pick<World['people'], 'interfere' | 'react' | 'decideDoubt'>;
  /** The chains of series; `null`: this world has none. */
  readonly series: ModelSeries | null;
}

export type Port = 'jet' | 'channel' | 'mail' | 'journal' | 'temporal';

interface Call<T> {
  port: Port;
  operation: string;
  isWrite: boolean;
  /** The call's effect and its answer, both in one instant. */
  effect: () => T;
}

const OUTAGE_CODES: Record<Port, FailureCode> = {
  jet: 'jet-unavailable',
  channel: 'jet-unavailable',
  mail: 'mail-server-unavailable',
  journal: 'journal-unavailable',
  temporal: 'internal',
};

const PROCESS_STRIKES = ['killed before', 'frozen before', 'heartbeats lost'] as const;
const OUTAGES = ['outage'] as const;
const BEFORE: Record<Port, readonly string[]> = {
  jet: [
    'jet-unavailable',
    'jet-reply-invalid',
    'jet-access-denied',
    'jet-rejected-request',
    'unexpected error',
  ],
  channel: ['jet-unavailable', 'jet-reply-invalid', 'jet-access-denied'],
  mail: [],
  journal: ['journal-unavailable'],
  temporal: ['unexpected error'],
};
const AFTER_WRITE = [
  'killed after',
  'killed after',
  'frozen after',
  'answer lost',
  'answer unusable',
] as const;
const AFTER_READ = ['killed after', 'frozen after'] as const;

/** A secret that a real adapter holds. It must never appear anywhere readable. */
export const SECRET = 'kanarienvogel-kennwort-3f1c';

/** The ports for activities that are made once: each call goes to the ports of the attempt that makes it. */
export function portsOfCaller(world: Stage): ActivityDependencies {
  const { houses, isRehearsal, trust } = world;
  const caller = () => (Context.current().client as unknown as { ports: AttemptPorts }).ports;
  const delegate = <T extends object>(pick: (ports: AttemptPorts) => T) =>
    new Proxy({} as T, { get: (_target, name) => pick(caller())[name as keyof T] });
  return {
    jet: delegate(({ jet }) => jet),
    mail: delegate(({ mail }) => mail),
    journal: delegate(({ journal }) => journal),
    series: delegate(({ series }) => series),
    houses,
    isRehearsal,
    isSimulator: () => world.isSimulator,
    trust,
  };
}

/**
 * The ports as one attempt sees them. Each call has three moments, with time between them: before its effect, its
 * effect, and its answer. At each moment the nemesis may strike and people may act.
 */
export class AttemptPorts {
  readonly jet: JetPort;
  readonly journal: Journal;
  readonly mail: MailPort;
  readonly series: SeriesStore;
  private calls = -1;
  private readonly timesCalled = new Map<string, number>();

  constructor(
    private readonly world: Stage,
    private readonly attempt: Attempt,
  ) {
    this.jet = this.makeJet();
    this.journal = this.makeJournal();
    this.mail = this.makeMail();
    this.series = this.makeSeries();
  }

  /** Temporal's client inside an activity: it describes runs, and cancels the activity's own run. */
  get client() {
    const { temporal } = this.world;
    const { run } = this.attempt.task;
    const cancel = () =>
      this.call({
        port: 'temporal',
        operation: 'cancel',
        isWrite: true,
        effect: () => temporal.requestCancel(run),
      });
    const describe = (workflowId: string) =>
      this.call({
        port: 'temporal',
        operation: 'describe',
        isWrite: false,
        effect: () => this.describe(workflowId),
      });
    const withAbortSignal = <T>(_signal: unknown, work: () => T) => work();
    const getHandle = (workflowId: string) => ({ cancel, describe: () => describe(workflowId) });
    return { ports: this, withAbortSignal, workflow: { getHandle } };
  }

  private describe(workflowId: string) {
    const { lastRun } = this.world.temporal.of(workflowId);
    if (!lastRun) throw Object.assign(new Error('no such run'), { name: 'WorkflowNotFoundError' });
    const { runId, caseId } = lastRun.options;
    return { runId, memo: { caseId }, status: { name: lastRun.closed ? 'TERMINATED' : 'RUNNING' } };
  }

  /** Runs this later, when the attempt's process is alive and not frozen. */
  later(ms: number, run: () => void): void {
    const { time, nemesis } = this.world;
    time.after(ms, () => {
      const { isDead, frozenUntil } = this.attempt;
      if (isDead) return;
      if (frozenUntil !== null && frozenUntil > time.now)
        this.later(frozenUntil - time.now + nemesis.between(1, 50), run);
      else run();
    });
  }

  private call<T>(call: Call<T>): Promise<T> {
    const { nemesis } = this.world;
    this.calls += 1;
    return new Promise<T>((resolve, reject) => {
      this.later(nemesis.latency(), () => this.before(call, resolve, reject));
    });
  }

  private before<T>(call: Call<T>, resolve: (value: T) => void, reject: (error: unknown) => void): void {
    const { world } = this;
    const { nemesis, people } = world;
    people.interfere();
    const { port, operation, isWrite } = call;
    const late = isWrite && port === 'jet' ? LATE_WRITES : [];
    const choices = [...PROCESS_STRIKES, ...BEFORE[port], ...OUTAGES, ...late];
    const strike = nemesis.strike(isWrite ? 0.05 : 0.012, choices);
    if (strike) {
      nemesis.describe(
        `${port} ${operation} of attempt ${this.attempt.id} ${this.attempt.task.options.activityType}`,
      );
      world.coverage.hit('fault', `${strike}`);
    }
    const goOn = () => this.carryOut(call, resolve, reject);
    // A mail server does not wait for a client that was frozen.
    const goOnLate = port === 'mail' ? () => reject(this.failure('mail-server-unavailable')) : goOn;
    const theme = this.themed('before');
    if (theme === 'killed') return this.kill();
    if (theme === 'frozen') {
      this.freeze();
      return this.later(1, goOnLate);
    }
    switch (strike) {
      case null:
        break;
      case 'killed before':
        return this.kill();
      case 'frozen before':
        this.freeze();
        return this.later(1, goOnLate);
      case 'heartbeats lost':
        // The attempt goes on and acts late, beside what another attempt does.
        world.temporal.activities.loseHeartbeats(this.attempt);
        return this.later(nemesis.between(100, 20_000), goOn);
      case 'outage': {
        const ms = nemesis.pick([5_000, 60_000, 20 * 60_000, 100 * 60_000]);
        world.outages.set(port, { until: world.time.now + ms });
        break;
      }
      case 'late effect':
        // The client gives up while its request is still under way.
        world.time.after(nemesis.between(9_000, 40_000), () => void attemptQuietly(call.effect));
        return this.later(world.policy.jetTimeoutMs, () => reject(this.failure('jet-unavailable')));
      case 'value truncated':
        truncateNextSave(world.jet);
        break;
      case 'unexpected error':
        return this.later(nemesis.latency(), () => reject(this.failure('internal')));
      default:
        return this.later(nemesis.latency(), () => reject(this.failure(strike as FailureCode)));
    }
    const outage = world.outages.get(port);
    if (outage && outage.until > world.time.now) {
      const code = outage.code ?? OUTAGE_CODES[port];
      return this.later(nemesis.latency(), () => reject(this.failure(code)));
    }
    goOn();
  }

  private carryOut<T>(call: Call<T>, resolve: (value: T) => void, reject: (error: unknown) => void): void {
    const { world } = this;
    const { nemesis, people, coverage, policy } = world;
    const { port, operation, isWrite } = call;
    let answer: () => void;
    const { attempt } = this;
    const { activityType } = attempt.task.options;
    // The server has given up this attempt, which does not know that.
    if (attempt.task.current !== attempt) coverage.hit('late attempt', activityType);
    try {
      const value = call.effect();
      answer = () => resolve(value);
    } catch (error) {
      const failure = error instanceof Refused ? this.failure(error.code) : error;
      answer = () => reject(failure);
    }
    people.interfere();
    const isLossy = isWrite && port !== 'temporal' && port !== 'mail';
    const strike = nemesis.strike(isWrite ? 0.05 : 0.006, isLossy ? AFTER_WRITE : AFTER_READ);
    if (strike) {
      nemesis.describe(
        `${port} ${operation} of attempt ${this.attempt.id} ${this.attempt.task.options.activityType}`,
      );
      coverage.hit('fault', strike);
    }
    const theme = this.themed('after');
    this.fallAsleep(operation);
    if (strike === 'killed after' || theme === 'killed') return this.kill();
    if (strike === 'frozen after' || theme === 'frozen') this.freeze();
    const isJournal = port === 'journal';
    if (strike === 'answer lost')
      answer = () => reject(this.failure(isJournal ? 'journal-unavailable' : 'jet-unavailable'));
    if (strike === 'answer unusable')
      answer = () => reject(this.failure(isJournal ? 'journal-unavailable' : 'jet-reply-invalid'));
    const delayMs = strike === 'answer lost' && !isJournal ? policy.jetTimeoutMs : nemesis.latency();
    this.later(delayMs, answer);
  }

  /** The schedule's theme, if this is its attempt and call. */
  private themed(moment: 'before' | 'after'): 'killed' | 'frozen' | null {
    const { world, attempt, calls } = this;
    const { theme, nemesis } = world;
    if (!theme || theme.isUsed || theme.call !== calls) return null;
    if (theme.activityType !== attempt.task.options.activityType || !theme.kind.endsWith(moment)) return null;
    theme.isUsed = true;
    if (!nemesis.force(`${theme.kind} call ${calls} of ${theme.activityType}, then ${theme.then}`))
      return null;
    world.coverage.hit('fault', theme.kind);
    world.coverage.hit('theme', `${theme.activityType}, ${theme.then}`);
    world.time.after(nemesis.between(0, 3_000), () => world.people.react(theme.then));
    return theme.kind.startsWith('killed') ? 'killed' : 'frozen';
  }

  /** Freezes the attempt where a trouble wants it. No other attempt sleeps there. */
  private fallAsleep(operation: string): void {
    const { world, attempt, timesCalled } = this;
    const { sleeper } = world;
    const times = (timesCalled.get(operation) ?? 0) + 1;
    timesCalled.set(operation, times);
    const isIt = sleeper?.operation === operation && sleeper.times === times;
    if (!isIt || sleeper.activityType !== attempt.task.options.activityType) return;
    world.sleeper = null;
    world.temporal.activities.freeze(attempt, sleeper.forMs);
    sleeper.then?.();
  }

  private kill(): void {
    const { nemesis, temporal, time } = this.world;
    const downMs = nemesis.pick([50, 2_000, 10_000, 3 * 3_600_000]);
    // An attempt that is frozen dies alone. Otherwise all attempts of the worker die with it.
    const { attempt } = this;
    if (attempt.frozenUntil !== null) {
      temporal.activities.kill(attempt);
    } else time.after(0, () => temporal.crash(downMs));
  }

  private freeze(): void {
    const { nemesis, temporal } = this.world;
    temporal.activities.freeze(this.attempt, nemesis.pick([2_000, 5_000, 60_000, 16 * 60_000, 40 * 60_000]));
  }

  private failure(code: FailureCode): Error {
    const { KnownFailure } = this.world.sources;
    if (code === 'internal') return new Error('a defect of some library');
    // Errors of libraries name the address that they wanted to reach, and the user.
    return new KnownFailure(code, 'as the nemesis says', {
      cause: new Error(`smtp://absage:${SECRET}@mail`),
    });
  }

  private makeJet(): JetPort {
    const { world, attempt } = this;
    const { jet, rules } = world;
    const read = <T>(operation: string, effect: () => T, port: Port = 'jet') => {
      rules.at('beforeJet', attempt, operation);
      return this.call({ port, operation, isWrite: false, effect });
    };
    const write = <T>(operation: string, effect: () => T) => {
      rules.at('beforeJet', attempt, operation);
      return this.call({
        port: 'jet',
        operation,
        isWrite: true,
        effect: () => {
          rules.at('beforeEffect', operation);
          return effect();
        },
      });
    };
    return {
      health: () =>
        read('health', () => {
          const { isSimulator } = world;
          attempt.hasSeenSimulator = isSimulator;
          return { readAt: new Date(world.time.now).toISOString(), isSimulator };
        }),
      findEvents: () => Promise.reject(new Error('no step of a case searches')),
      readEvent: (eventNumber) =>
        read('read-event', () => {
          const isStruck = world.nemesis.strike(0.01, [STALE_READ]) !== null;
          if (isStruck) world.coverage.hit('fault', STALE_READ);
          jet.isStale = isStruck || world.isAlwaysStale;
          const event = jet.readEvent(eventNumber);
          jet.isStale = false;
          attempt.lastRead = event && { version: event.version, status: event.status };
          rules.at('onRead', attempt, event);
          return event;
        }),
      saveAnnouncement: (eventNumber, texts, { version }) =>
        write('save-announcement', () => {
          rules.at('beforeSave', attempt, version);
          const event = jet.saveAnnouncement(eventNumber, texts, version);
          rules.at('afterWrite', attempt);
          return event;
        }),
      setStatusStorno: (eventNumber, { version }) =>
        write('set-storno', () => {
          rules.at('beforeStorno', attempt, version);
          const event = jet.setStatusStorno(eventNumber, version);
          rules.at('afterWrite', attempt);
          return event;
        }),
      readChannelInfo: (eventNumber) =>
        read(
          'read-channel',
          () => {
            rules.at('beforeChannelRead', attempt);
            return jet.readChannelInfo(eventNumber);
          },
          'channel',
        ),
      readRight: (user, eventNumber) => read('read-right', () => jet.readRight(user, eventNumber)),
      grantRight: (user, eventNumber, period) =>
        write('grant-right', () => {
          rules.at('beforeGrant', attempt);
          const right = jet.grantRight(user, eventNumber, period);
          rules.at('afterGrant', attempt);
          return right;
        }),
    };
  }

  private makeJournal(): Journal {
    const { journal, rules } = this.world;
    const isRead = (name: string) =>
      /^(read|writesState|require|entries|holding|open[A-Z]\w*s$|latest|cases)/.test(name);
    return new Proxy({} as Journal, {
      get:
        (_target, name: keyof Journal) =>
        (...given: unknown[]) => {
          // Decides nothing, and takes no time: what the nemesis does to each other call stays as it was.
          if (name === 'endAttempt') return Promise.resolve(journal.endAttempt(String(given[0])));
          return this.call({
            port: 'journal',
            // The end of the attempt, which it notes as well, takes no time either.
            operation: name === 'appendLast' ? 'append' : name,
            isWrite: !isRead(name),
            effect: () => {
              const known = journal.lines.length;
              const result = (journal[name] as (...all: unknown[]) => unknown)(...given);
              noteAsked(this.attempt, given);
              for (const line of journal.lines.slice(known)) rules.at('onLine', line, this.attempt);
              return result;
            },
          });
        },
    });
  }

  private makeSeries(): SeriesStore {
    const { series, rules } = this.world;
    const isRead = (name: string) => /^(seriesLines|caseMarks|unendedSeries|listSeries)$/.test(name);
    return new Proxy({} as SeriesStore, {
      get:
        (_target, name: keyof SteppedSeries) =>
        (...given: unknown[]) => {
          // Whoever asks here for the lines of a series has a fault.
          if (!series) return Promise.resolve(name === 'unendedSeries' ? [] : undefined);
          return this.call({
            port: 'journal',
            operation: name,
            isWrite: !isRead(name),
            effect: () => {
              const known = series.lines.length;
              const result = (series[name] as (...all: unknown[]) => unknown)(...given);
              noteAsked(this.attempt, given);
              for (const line of series.lines.slice(known)) rules.at('onSeriesLine', line, this.attempt);
              return result;
            },
          });
        },
    });
  }

  private makeMail(): MailPort {
    const { world } = this;
    const { mail } = world;
    return {
      composePartnerNotice: (house, facts) => mail.composePartnerNotice(house, facts),
      composeSeriesNotice: (house, facts) => mail.composeSeriesNotice(house, facts),
      composeSeriesHouseNotice: (house, facts) => mail.composeSeriesHouseNotice(house, facts),
      composeHouseNotice: (house, facts) => mail.composeHouseNotice(house, facts),
      send: (message: OutgoingMail, recipients = message.to) => {
        world.rules.at('beforeConnect', this.attempt);
        return this.slowDown()
          .then(() =>
            this.call({
              port: 'mail',
              operation: 'send',
              isWrite: true,
              effect: () => {
                world.rules.at('beforeMail', this.attempt, message, recipients);
                if (this.attempt.task.options.activityType === 'sendPartnerNotice')
                  world.rules.at('beforeEffect', 'send-partner-notice');
                return mail.take(message, recipients, () => this.smtpAnswer());
              },
            }),
          )
          .catch((error: unknown) => {
            // The port never rejects because of what a server does.
            if (!(error instanceof world.sources.KnownFailure)) throw error;
            return recipients.map((address) => ({
              address,
              outcome: 'not-sent' as const,
              reply: 'no connection',
            }));
          });
      },
    };
  }

  /** Lets a conversation take its time while nobody hears its worker, if a trouble wants that. */
  private slowDown(): Promise<void> {
    const { world, attempt } = this;
    const { slowSenderMs } = world;
    if (slowSenderMs === null || attempt.task.options.activityType !== 'sendPartnerNotice')
      return Promise.resolve();
    world.slowSenderMs = null;
    world.temporal.activities.loseHeartbeats(attempt);
    for (const ms of [8_000, 20_000]) world.time.after(ms, () => world.people.decideDoubt('send-again'));
    return new Promise((resolve) => this.later(slowSenderMs, resolve));
  }

  private smtpAnswer(): { wasAccepted: boolean; heard: RecipientOutcome['outcome'] } {
    const { nemesis, coverage, isNoticeLost, isNoticeRefused } = this.world;
    const isNotice = SENDERS.includes(this.attempt.task.options.activityType);
    const certain = isNoticeLost ? 'SMTP lost, taken' : isNoticeRefused ? 'SMTP 550' : null;
    const strike = (isNotice && certain) || nemesis.strike(0.2, SMTP_ANSWERS);
    if (strike) coverage.hit('fault', strike);
    switch (strike) {
      case null:
        return { wasAccepted: true, heard: 'accepted' };
      case 'SMTP 550':
        return { wasAccepted: false, heard: 'refused' };
      case 'SMTP 451':
      case 'SMTP lost before 354':
        return { wasAccepted: false, heard: 'not-sent' };
      case 'SMTP lost, taken':
        return { wasAccepted: true, heard: 'in-doubt' };
      case 'SMTP lost, not taken':
        return { wasAccepted: false, heard: 'in-doubt' };
    }
  }
}

/** A call that was not refused, and has asked whether writes are on. */
function noteAsked(attempt: Attempt, given: readonly unknown[]): void {
  const asking = given.find(
    (each): each is WriteAttempt => typeof each === 'object' && each !== null && 'mayLastMs' in each,
  );
  if (asking) attempt.asked = asking.id;
}

/** The activities that tell Ö-Ticket. */
const SENDERS = ['sendPartnerNotice', 'sendSeriesNotice'];

const SMTP_ANSWERS = [
  'SMTP 550',
  'SMTP 451',
  'SMTP lost before 354',
  'SMTP lost, taken',
  'SMTP lost, not taken',
] as const;
const LATE_WRITES = ['late effect', 'value truncated'] as const;
const STALE_READ = 'stale read';

/** Every fault that the nemesis can put into a call. */
export const FAULTS: readonly string[] = [
  ...new Set([
    ...PROCESS_STRIKES,
    ...OUTAGES,
    ...Object.values(BEFORE).flat(),
    ...AFTER_WRITE,
    ...AFTER_READ,
    ...SMTP_ANSWERS,
    ...LATE_WRITES,
    STALE_READ,
  ]),
];

/** Jet stores the next title shorter than it was written. */
export function truncateNextSave(jet: Pick<ModelJet, 'store'>): void {
  jet.store = (texts) => {
    jet.store = (whole) => whole;
    return { ...texts, title: texts.title.slice(0, -2) };
  };
}

function attemptQuietly(effect: () => unknown): void {
  try {
    effect();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}
