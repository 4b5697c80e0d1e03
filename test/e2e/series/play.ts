import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { SeriesView } from '../../../src/cases/series-view';
import { linesWith, type SeriesLine } from '../../../src/domain/series-lines';
import type { WireEvent } from '../../../src/jet/contract';
import type { LogEntry } from '../../../src/simulator/operation-log';
import type { ServiceMail } from '../../../src/simulator/channel-sync';
import type { JournalEntry } from '../../../src/domain/journal';
import { ChaosStack } from '../../chaos/stack';
import { insist } from '../../chaos/stage';
import { judgeSeries } from './judge';
import { helpOut } from './people';
import { HOUSES, makeSeason, withRole, type Role, type Season } from './season';
import { eventually } from '../../support/eventually';

const LOOK_EVERY_MS = 250;

export interface Course {
  /** How many performances. */
  count: number;
  syncIntervalMs: number;
  attentionAfterMs: number;
  patienceMs: number;
  /** Beside what strikes every series: a mail that is in doubt, and more deaths of the worker. */
  isLong: boolean;
}

/** What was wrong, and where the logs of all parts are kept if something was. */
export interface Outcome {
  faults: string[];
  evidence: string | null;
}

/**
 * Plays a whole series with the real programs, in which the worker dies several times, the server once, and the mail server is
 * away for a while, and judges what was done. Colleagues edit titles, and people do what the pages ask of them.
 */
export async function playSeries(course: Course): Promise<Outcome> {
  const season = makeSeason(course.count);
  const stack = await ChaosStack.start({
    syncIntervalMs: course.syncIntervalMs,
    programme: season.programme,
    settings: {
      ABSAGE_POLL_INTERVAL: '500ms',
      ABSAGE_ATTENTION_AFTER: `${course.attentionAfterMs}ms`,
      ABSAGE_SERIES_NOTICE_AFTER: '60s',
      // A hanging call lasts until its worker is killed.
      ABSAGE_JET_TIMEOUT: '20s',
    },
  });
  let faults: string[];
  try {
    faults = await new Play(stack, season, course).run();
  } catch (error) {
    faults = [`broken off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
  const isKept = faults.length > 0;
  await stack.stop(isKept);
  return { faults, evidence: isKept ? stack.dataDir : null };
}

class Play {
  private readonly views: SeriesView[] = [];
  private seriesId = '';
  private isOver = false;

  constructor(
    private readonly stack: ChaosStack,
    private readonly season: Season,
    private readonly course: Course,
  ) {}

  async run(): Promise<string[]> {
    const { stack } = this;
    await this.arm('silent', { operation: 'read-channel', kind: 'stale-read' });
    await this.arm('struck-in-save', { operation: 'save-announcement', kind: 'commit-then-hang', nth: 1 });
    await this.arm('struck-in-storno', { operation: 'set-storno', kind: 'commit-then-hang', nth: 1 });
    await stack.launch('api');
    await this.order();
    const people = this.letPeopleWork();
    people.catch(() => {}); // awaited below
    try {
      await Promise.all([this.letColleaguesEdit(), this.strike()]);
      await this.untilEnd();
    } finally {
      this.isOver = true;
    }
    await people;
    return judgeSeries(await this.collect());
  }

  /** The server dies right after it has answered. The same order again is the same series. */
  private async order(): Promise<void> {
    const { stack, season } = this;
    const { id } = await stack.api<SeriesView>('POST', '/series', season.order);
    this.seriesId = id;
    await stack.kill('api');
    await stack.launch('api');
    const again = await stack.api<SeriesView>('POST', '/series', season.order);
    if (again.id !== id) throw new Error('the same order has begun a second series');
  }

  private async strike(): Promise<void> {
    const { stack, course } = this;
    await this.untilSeries((lines) => acceptedHouseMails(lines, 'begun') === HOUSES.length);
    await this.untilJetAnswers('struck-in-save', 'save-announcement', 'commit-then-hang');
    await this.killWorker();
    await stack.end('mail-catcher');
    if (course.isLong) {
      // While performances still begin, and while the first of them wait.
      await this.untilOpened(course.count * 0.6);
      await this.killWorker();
      await this.untilOpened(course.count);
      await this.killWorker();
    }
    await this.untilJetAnswers('struck-in-storno', 'set-storno', 'commit-then-hang');
    await this.killWorker();
    await this.untilSeries((lines) =>
      linesWith(lines, 'note-series-notice').some(({ outcome }) => outcome === 'not-sent'),
    );
    if (course.isLong) await this.leaveMailInDoubt();
    await stack.launch('mail-catcher');
  }

  /** A mail server that takes a connection and says nothing, and a worker that dies meanwhile. */
  private async leaveMailInDoubt(): Promise<void> {
    const mute = createServer();
    mute.listen(this.stack.mailPort, '127.0.0.1');
    await once(mute, 'listening');
    const connections = new Set<{ destroy(): void }>();
    mute.on('connection', (socket) => {
      connections.add(socket);
      socket.on('error', () => {});
    });
    await this.untilSeries((lines) => {
      const noted = linesWith(lines, 'note-series-notice').map(({ after }) => after.messageId);
      return linesWith(lines, 'send-series-notice').some(({ after }) => !noted.includes(after.messageId));
    });
    await this.stack.kill('worker');
    for (const socket of connections) socket.destroy();
    await once(mute.close(), 'close');
    await this.stack.launch('worker');
  }

  private async killWorker(): Promise<void> {
    await this.stack.kill('worker');
    await this.stack.launch('worker');
  }

  /** One colleague changes a title and leaves the marker, another one takes it off. Both while the case waits. */
  private async letColleaguesEdit(): Promise<void> {
    const edit = async (role: Role, makeTitle: (title: string) => string) => {
      const { eventNumber, title } = withRole(this.season, role);
      await this.untilJetAnswers(role, 'save-announcement', 'ok');
      // The worker may die between the two, and mark what it finds unmarked then: nobody has to be asked.
      await this.untilSaveIsWritten(eventNumber);
      await this.stack.simulator('POST', '/human-edits', { eventNumber, set: { title: makeTitle(title) } });
    };
    await Promise.all([
      edit('edited', (title) => `${title}, Gastspiel – ENTFÄLLT`),
      edit('unmarked', (title) => title),
    ]);
  }

  private async letPeopleWork(): Promise<void> {
    while (!this.isOver) {
      const view = await this.quietly(() => this.stack.api<SeriesView>('GET', `/series/${this.seriesId}`));
      if (view) {
        this.views.push(view);
        await this.quietly(() => helpOut(this.stack, this.season.performances, view));
      }
      await pause(LOOK_EVERY_MS);
    }
    this.views.push(await this.stack.api<SeriesView>('GET', `/series/${this.seriesId}`));
  }

  /** While a part is down nobody gets an answer; what was refused then is asked again. */
  private async quietly<T>(work: () => Promise<T>): Promise<T | null> {
    return work().catch(() => null);
  }

  private untilEnd(): Promise<void> {
    return this.untilSeries((lines) => acceptedHouseMails(lines, 'ended') === HOUSES.length);
  }

  private async untilSeries(isIt: (lines: readonly SeriesLine[]) => boolean): Promise<void> {
    await eventually(() => this.stack.seriesLines(this.seriesId), isIt, this.course.patienceMs).catch(() => {
      const last = this.views.at(-1);
      const rows = last?.items.map(({ eventNumber, state, step }) => `${eventNumber} ${state} ${step}`) ?? [];
      throw new Error(`the series did not come so far: ${String(isIt)}\n${last?.state}\n${rows.join('\n')}`);
    });
  }

  private async untilOpened(count: number): Promise<void> {
    await eventually(
      async () => {
        const all = await Promise.all((await this.cases()).map(({ caseId }) => this.stack.lines(caseId)));
        return all.filter(({ length }) => length > 0).length;
      },
      (opened) => opened >= Math.floor(count),
      this.course.patienceMs,
    );
  }

  private async untilJetAnswers(
    role: Role,
    operation: LogEntry['operation'],
    outcome: string,
  ): Promise<void> {
    const { eventNumber } = withRole(this.season, role);
    await eventually(
      () => insist(() => this.stack.log(eventNumber)),
      (log) => log.some((entry) => entry.operation === operation && entry.outcome === outcome),
      this.course.patienceMs,
    );
  }

  private async untilSaveIsWritten(eventNumber: string): Promise<void> {
    const item = (await this.cases()).find((each) => each.eventNumber === eventNumber);
    await eventually(
      () => this.stack.lines(item?.caseId ?? ''),
      (lines) => lines.some(({ operation, kind }) => operation === 'save-announcement' && kind === 'outcome'),
      this.course.patienceMs,
    );
  }

  private async arm(role: Role, fault: object): Promise<void> {
    const { eventNumber } = withRole(this.season, role);
    await this.stack.simulator('POST', '/faults', [{ ...fault, eventNumber }]);
  }

  private async cases() {
    const [order] = linesWith(await this.stack.seriesLines(this.seriesId), 'order-series');
    return order?.after.items ?? [];
  }

  private async collect() {
    const { stack, season, views, course } = this;
    const logs = new Map<string, LogEntry[]>();
    const events = new Map<string, WireEvent>();
    for (const { eventNumber, role } of season.performances) {
      logs.set(eventNumber, await stack.log(eventNumber));
      if (role !== 'guided') events.set(eventNumber, await stack.jet<WireEvent>(`/events/${eventNumber}`));
    }
    const lines = new Map<string, JournalEntry[]>();
    for (const { caseId } of await this.cases()) lines.set(caseId, await stack.lines(caseId));
    const { serviceMails } = await stack.simulator<{ serviceMails: ServiceMail[] }>('GET', '/service-mails');
    return {
      performances: season.performances,
      syncIntervalMs: course.syncIntervalMs,
      logs,
      events,
      serviceMails,
      mails: await stack.mails(),
      seriesLines: await stack.seriesLines(this.seriesId),
      lines,
      views,
    };
  }
}

/** How many houses have got the mail that their series has begun, or ended. */
function acceptedHouseMails(lines: readonly SeriesLine[], kind: 'begun' | 'ended'): number {
  const keys = linesWith(lines, 'tell-house')
    .filter(({ after }) => after.kind === kind)
    .map(({ effectKey }) => `${effectKey}/outcome`);
  return linesWith(lines, 'note-house').filter(
    ({ effectKey, outcome }) => keys.includes(effectKey) && outcome === 'accepted',
  ).length;
}
