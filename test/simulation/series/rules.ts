import { lookHoldsMs } from '../../../src/domain/case';
import type { JournalEntry } from '../../../src/domain/journal';
import { itemsIn } from '../../../src/domain/series-actions';
import { linesWith, noticeStanding, seriesStateOf, type SeriesLine } from '../../../src/domain/series-lines';
import type { PartnerNoticeFacts, SeriesNoticeFacts } from '../../../src/mail/port';
import type { Attempt } from '../models/run';
import { ABORT_RULES } from '../rules/abort';
import { CASES_RULES } from '../rules/cases';
import { CHANNEL_RULES } from '../rules/channel';
import { JOURNAL_RULES } from '../rules/journal';
import { LIVENESS_RULES } from '../rules/liveness';
import { RIGHT_HANDS_RULES } from '../rules/right-hands';
import type { Moments, Require, Rule, Watch } from '../rules/rule';
import { isProof } from '../rules/seen';
import { STILL_STORNO_RULES } from '../rules/still-storno';
import { STORNO_RULES } from '../rules/storno';
import { TITLES_RULES } from '../rules/titles';
import { WRITES_OFF_RULES } from '../rules/writes-off';
import { Violation } from '../rules/violation';
import type { SeriesWorld } from './world';

/** What holds of each case holds of one in a series, too. How it ends, and what is mailed, the series' own rules say. */
export const EVENING_RULES: readonly Rule[] = [
  ...TITLES_RULES,
  ...STORNO_RULES,
  ...ABORT_RULES,
  ...CHANNEL_RULES,
  ...STILL_STORNO_RULES,
  ...CASES_RULES,
  ...JOURNAL_RULES,
  ...RIGHT_HANDS_RULES,
  ...WRITES_OFF_RULES,
  ...LIVENESS_RULES.filter(({ id }) => id === 'L3'),
];

interface SeriesRule {
  id: string;
  says: string;
  watch: (world: SeriesWorld, require: Require) => Watch;
}

/** The hash of a plan that nobody has looked at. */
export const WRONG_PLAN = 'of another plan';

const OE_TICKET = 'absagen@oeticket.example';

/** The activities that tell Ö-Ticket. */
const SENDERS = ['sendPartnerNotice', 'sendSeriesNotice'];

const SERIES_RULES: readonly SeriesRule[] = [
  {
    id: 'S7 of a series',
    says: 'No recipient is sent a second mail that tells of the same performance, unless a person has said "send again": neither two of the series, nor one of the series and one of the case.',
    watch: (world, require) => {
      const mailed: { eventNumber: string; recipient: string; place: number; decisions: number }[] = [];
      const isToldOfAll = (text: string, recipient: string) =>
        factsOf(text).every(({ eventNumber }) =>
          mailed.some(
            (sent) =>
              sent.eventNumber === eventNumber &&
              sent.recipient === recipient &&
              world.mail.deliveries[sent.place]?.wasAccepted,
          ),
        );
      return {
        beforeMail: (attempt, { text }, recipients) => {
          if (!SENDERS.includes(typeOf(attempt))) return;
          const place = world.mail.deliveries.length;
          for (const { eventNumber } of factsOf(text))
            for (const [index, recipient] of recipients.entries()) {
              const taken = mailed.findLast(
                (sent) =>
                  sent.eventNumber === eventNumber &&
                  sent.recipient === recipient &&
                  world.mail.deliveries[sent.place]?.wasAccepted,
              );
              const isAllowed = taken && againCount(world, eventNumber) > taken.decisions;
              // A copy goes to everybody who has not been told of all that it says.
              const isCopy = recipient !== OE_TICKET && !isToldOfAll(text, recipient);
              require(!taken || isAllowed === true || isCopy, `${recipient} is told twice of ${eventNumber}`);
              const decisions = againCount(world, eventNumber);
              mailed.push({ eventNumber, recipient, place: place + index, decisions });
            }
        },
      };
    },
  },
  {
    id: 'S6 of a series',
    says: 'The mail of a series tells only of performances that were proven in Connect Online, whose right was settled, and that a look right before it has shown as Storno.',
    watch: (world, require) => {
      const looks = new Map<string, { at: number; status: string }>();
      const connectedAt = new Map<Attempt, number>();
      return {
        onRead: (_attempt, event) => {
          if (event) looks.set(event.eventNumber, { at: world.time.now, status: event.status });
        },
        beforeConnect: (attempt) => void connectedAt.set(attempt, world.time.now),
        beforeMail: (attempt, { text }) => {
          if (typeOf(attempt) !== 'sendSeriesNotice' || !text.startsWith('{"seriesId"')) return;
          for (const { eventNumber, caseId } of factsOf(text)) {
            const evening = world.evenings.find(({ jet }) => jet.eventNumber === eventNumber)!;
            const lines = world.journal.entries(caseId);
            require(lines.some(isProof), `${eventNumber} is told of before anything was seen`);
            const isSettled = evening.jet.right !== null || lines.some(isRightSettled);
            require(isSettled, `${eventNumber} is told of before the right is granted`);
            if (evening.house.backend === 'guided') continue;
            const look = looks.get(eventNumber) ?? { at: -Infinity, status: 'nothing' };
            require(look.status === 'CANCELLED', `${eventNumber} is told of after ${look.status} was read`);
            const ageMs = (connectedAt.get(attempt) ?? world.time.now) - look.at;
            require(ageMs <=
              lookHoldsMs(world.policy), `${eventNumber} is told of by a look that is ${ageMs} ms old`);
          }
        },
      };
    },
  },
  {
    id: 'S17 of a series',
    says: 'A mail of the series has its line before it goes out, and each of its performances has a line that says which mail that is.',
    watch: (world, require) => ({
      beforeMail: (attempt, { text, messageId }) => {
        if (typeOf(attempt) !== 'sendSeriesNotice') return;
        const intent = linesWith(world.lines(), 'send-series-notice').find(
          ({ after }) => after.messageId === messageId,
        );
        require(intent !== undefined, 'a mail of the series goes out without a line');
        for (const { caseId } of factsOf(text)) {
          require(intent?.after.items.includes(caseId) === true, `the line does not name ${caseId}`);
          const claim = world.journal.entries(caseId).findLast(isClaim);
          const isIts = claim?.after.by === 'series' && claim.after.number === intent?.after.number;
          require(isIts, `${caseId} is told of in a mail that it does not belong to`);
        }
      },
      atRest: () => {
        const lines = world.lines();
        const isLinked = lines.every(
          ({ seq, previousHash }, at) => seq === at + 1 && (at === 0 || previousHash === lines[at - 1]?.hash),
        );
        require(isLinked, 'the chain of the series is broken');
      },
    }),
  },
  {
    id: 'series: begins',
    says: 'No case of a series is opened that was skipped, while it is paused, once it was aborted or has ended, or where the plan is another one; and what never began is never written to.',
    watch: (world, require) => ({
      onLine: (line) => {
        if (line.kind !== 'opening' || !isOfSeries(line)) return;
        const lines = world.lines();
        const last = lines.findLast(
          ({ operation }) => operation === 'pause-series' || operation === 'continue-series',
        );
        require(last?.operation !== 'pause-series', `${line.caseId} begins while the series is paused`);
        const isSkipped = linesWith(lines, 'skip-items').some(({ after }) =>
          after.items.includes(line.caseId),
        );
        require(!isSkipped, `${line.caseId} begins after it was skipped`);
        require(linesWith(lines, 'abort-series').length === 0, `${line.caseId} begins after the abort`);
        const plan = linesWith(lines, 'plan-series').at(-1);
        const isAnother = linesWith(lines, 'order-series')[0]?.after.planHash === WRONG_PLAN;
        require(!isAnother, `${line.caseId} begins on another plan than the one that was looked at`);
        require(plan?.outcome === 'ok', `${line.caseId} begins on a plan that is ${plan?.outcome}`);
        const end = linesWith(lines, 'end-series').at(-1);
        const isRetried = linesWith(lines, 'retry-items').some(({ seq }) => seq > (end?.seq ?? 0));
        require(!end || isRetried, `${line.caseId} begins after the end of the series`);
      },
      atRest: () => {
        for (const { jet, house } of world.evenings) {
          const wasOpened = world.journal.lines.some(
            ({ kind, eventNumber }) => kind === 'opening' && eventNumber === jet.eventNumber,
          );
          const isWritten = jet.writes.some(({ actor }) => actor === 'gateway');
          require(wasOpened || !isWritten, `${house.key} ${jet.eventNumber} is written to, and never began`);
        }
      },
    }),
  },
  {
    id: 'S16 of a series',
    says: 'Where a house wants it, no case of a series is opened before another person has said yes to exactly its plan; only an override needs nobody.',
    watch: (world, require) => ({
      onLine: (line) => {
        if (line.kind !== 'opening' || !isOfSeries(line)) return;
        if (!world.policies[line.house]?.approval) return;
        const lines = world.lines();
        const request = linesWith(lines, 'request-series-approval').findLast(
          ({ after }) => line.caseId in after.items,
        );
        const isIts = ({ after }: { after: { house: string; number: number } }) =>
          after.house === line.house && after.number === request?.after.number;
        const word =
          linesWith(lines, 'approve-series').find(isIts) ?? linesWith(lines, 'override-series').find(isIts);
        require(word !== undefined, `${line.caseId} begins, and nobody has approved it`);
        const { approvedInSeries } = line.after as { approvedInSeries?: { planHash: string } };
        const isExact = approvedInSeries?.planHash === request?.after.items[line.caseId];
        require(isExact, `${line.caseId} begins with another plan than the approved one`);
        const orderers = lines.filter(
          ({ operation }) => operation === 'order-series' || operation === 'resume-series',
        );
        const isOwn = orderers.some(
          ({ actorId, seq }) => actorId === word?.actorId && seq < (word?.seq ?? 0),
        );
        require(word?.operation === 'override-series' ||
          !isOwn, `${line.caseId} was approved by its orderer`);
      },
    }),
  },
  {
    id: 'series: ends',
    says: 'A series ends only when each of its cases has, and none waits; the house gets one mail for each situation; and nobody but people ends a run of a case.',
    watch: (world, require) => ({
      onSeriesLine: (line) => {
        if (line.operation !== 'end-series') return;
        const openings = world.journal.lines.filter((each) => each.kind === 'opening' && isOfSeries(each));
        for (const { caseId } of openings)
          require(world.journal.endOf(caseId) !== null, `the series ends while ${caseId} is open`);
        const known = world.known();
        const before = seriesStateOf(world.lines().filter(({ seq }) => seq < line.seq));
        const waiting =
          known && before && !before.plan?.after.refusal ? itemsIn(before, known.marks, 'waiting') : [];
        require(waiting.length === 0, `the series ends while ${waiting[0]} waits for its turn`);
      },
      atRest: () => {
        const mails = new Map<string, number>();
        for (const { isToHouse, wasAccepted, messageId } of world.mail.deliveries)
          if (isToHouse && wasAccepted) mails.set(messageId, (mails.get(messageId) ?? 0) + 1);
        for (const [id, count] of mails) require(count === 1, `${id} was sent to the house ${count} times`);
        const lost = world.temporal.runs.find(
          (run) => run.closed?.as === 'terminated' && run.parent !== null && !run.wasTerminatedByPeople,
        );
        require(!lost, `the run of ${lost?.options.workflowId} was ended with its series`);
      },
    }),
  },
  {
    id: 'series: refuses',
    says: 'A performance is refused as held only when another case has its event, and as ended only when nothing was ever written in it, Temporal has said that it has no open run, and none was open then.',
    watch: (world, require) => ({
      onSeriesLine: (line) => {
        if (line.operation !== 'refuse-item') return;
        const { caseId, refusal } = line.after;
        const lines = world.journal.entries(caseId);
        const item = world.state()?.items.find((each) => each.item.caseId === caseId)?.item;
        const evening = world.evenings.find(({ jet }) => jet.eventNumber === item?.eventNumber);
        const openRun = evening?.temporal.openRun;
        const isOwnOpen = openRun?.options.caseId === caseId;
        // A reset of the series may start it between the answer and the line: it then goes on, and counts.
        const wasOpen = isOwnOpen && openRun.options.startedAt <= (world.saidEnded.get(caseId) ?? Infinity);
        require(!wasOpen, `${caseId} is refused as ${refusal.code} while its own run is open`);
        require(lines.length === 0, `${caseId} is refused as ${refusal.code} though it has begun`);
        if (refusal.code === 'run-ended') return;
        const hasOther = evening?.temporal.runs.some(({ options }) => options.caseId !== caseId);
        require(hasOther === true, `${caseId} is refused as ${refusal.code}, and nobody else has its event`);
      },
    }),
  },
  {
    id: 'writes off of a series',
    says: 'Between the answer that writes are off and the next time that they are on, no mail of the series goes out but by an attempt that had asked before and was named, and none is begun.',
    watch: (world, require) => ({
      beforeMail: (attempt) => {
        if (typeOf(attempt) !== 'sendSeriesNotice') return;
        const { writes, named } = world.journal;
        const isNamed = attempt.asked !== undefined && named.has(attempt.asked);
        require(writes.on || isNamed, 'a mail of the series goes out while writes are off');
      },
      onLine: ({ operation }) =>
        require(operation !== 'claim-notice' ||
          world.journal.writes.on, 'a performance is claimed for a mail while writes are off'),
      onSeriesLine: ({ operation }) =>
        require(operation !== 'send-series-notice' ||
          world.journal.writes.on, 'a mail of the series is begun while writes are off'),
    }),
  },
  {
    id: 'L1 of a series',
    says: 'Of each completed case Ö-Ticket was told, by the mail of its series or by its own, or somebody has said how else.',
    watch: (world, require) => ({
      atRest: () => {
        for (const line of world.journal.lines) {
          if (line.kind !== 'end' || line.outcome !== 'completed') continue;
          const lines = world.journal.entries(line.caseId);
          const isSettled =
            isTold(world, line.caseId) ||
            lines.some(
              ({ operation, step, outcome }) =>
                (operation === 'waive-step' && step === 'notify-partner') ||
                (operation === 'send-partner-notice' && outcome === 'by-hand') ||
                (operation === 'decide' && outcome === 'treat-as-sent'),
            );
          require(isSettled, `${line.caseId} was completed, and Ö-Ticket was not told`);
        }
      },
    }),
  },
];

/** What is looked at in a schedule of a series: the rules of each event, and those of the whole. */
export class SeriesRules {
  private readonly own: Violation[] = [];
  private readonly watches: readonly Watch[];

  constructor(private readonly world: SeriesWorld) {
    const watching = SERIES_RULES.map(({ id, watch }) =>
      watch(world, (holds, detail) => {
        if (!holds) this.own.push(new Violation(id, detail));
      }),
    );
    this.watches = [countSeriesMoments(world), ...watching];
  }

  get violations(): Violation[] {
    return [...this.own, ...this.world.evenings.flatMap(({ rules }) => rules.violations)];
  }

  at<M extends keyof Moments>(moment: M, ...given: Parameters<Moments[M]>): void {
    for (const watch of this.watches) {
      const look = watch[moment] as ((...all: Parameters<Moments[M]>) => void) | undefined;
      look?.(...given);
    }
    const attempt = (given as unknown[]).find(isAttempt);
    if (attempt) this.world.eveningOf(attempt)?.rules.at(moment, ...given);
    if (moment === 'atRest') for (const { rules } of this.world.evenings) rules.at(moment, ...given);
  }
}

/** Counts what the rules see of the series itself. */
function countSeriesMoments({ coverage, seriesRuns }: SeriesWorld): Watch {
  return {
    onSeriesLine: ({ operation, outcome }) =>
      coverage.hit('series: line', `${operation} ${outcome ?? ''}`.trim()),
    onLine: ({ kind, outcome }) => {
      if (kind === 'refusal') coverage.hit('refusal', String(outcome));
      if (kind === 'end' || kind === 'refusal')
        coverage.hit('end', `case ${kind === 'end' ? outcome : 'refused'}`);
    },
    atRest: () => {
      for (const { name, outcome } of seriesRuns.runsOfIt.flatMap(({ updates }) => [...updates.values()]))
        coverage.hit('series: action', `${name} ${outcome?.ok ? 'accepted' : 'refused'}`);
    },
  };
}

function isAttempt(given: unknown): given is Attempt {
  return typeof given === 'object' && given !== null && 'task' in given;
}

function typeOf({ task }: Attempt): string {
  return task.options.activityType;
}

/** What a mail of the models tells of; nothing, where it goes to the house. */
function factsOf(text: string): (PartnerNoticeFacts & { caseId: string })[] {
  const facts = JSON.parse(text.split('\n').at(-1) ?? '') as SeriesNoticeFacts | PartnerNoticeFacts;
  return ('items' in facts ? facts.items : [facts]) as (PartnerNoticeFacts & { caseId: string })[];
}

/** How often a person has said that Ö-Ticket is to be told again of this event. */
function againCount(world: SeriesWorld, eventNumber: string): number {
  const ofCases = world.journal.lines.filter(
    (line) =>
      line.eventNumber === eventNumber && line.operation === 'decide' && line.outcome === 'send-again',
  );
  const cases = new Set(
    world.journal.lines.filter((line) => line.eventNumber === eventNumber).map(({ caseId }) => caseId),
  );
  const lines = world.lines();
  const ofSeries = linesWith(lines, 'decide-series-notice').filter(({ after, outcome }) => {
    const notice = linesWith(lines, 'send-series-notice').find(
      (each) => each.after.house === after.house && each.after.number === after.number,
    );
    return outcome === 'send-again' && notice?.after.items.some((caseId) => cases.has(caseId));
  });
  return ofCases.length + ofSeries.length;
}

function isRightSettled({ operation, step, outcome }: JournalEntry): boolean {
  return (
    (operation === 'waive-step' && step === 'grant-right') ||
    (operation === 'grant-right' && outcome === 'by-hand')
  );
}

type ClaimLine = JournalEntry & { after: { by: 'item' } | { by: 'series'; number: number } };

function isClaim(line: JournalEntry): line is ClaimLine {
  return line.operation === 'claim-notice';
}

function isOfSeries({ after }: JournalEntry): boolean {
  return (after as { input?: { series?: unknown } } | null)?.input?.series !== undefined;
}

/** A mail server has taken a mail that tells of the case, or somebody has said that it was sent. */
function isTold(world: SeriesWorld, caseId: string): boolean {
  const lines: SeriesLine[] = world.lines();
  const ownId = `.${caseId}@`;
  const byItself = world.mail.deliveries.some(
    ({ messageId, wasAccepted }) =>
      wasAccepted && messageId.startsWith('<cancellation.') && messageId.includes(ownId),
  );
  return (
    byItself ||
    linesWith(lines, 'send-series-notice').some(({ after }) => {
      const standing = noticeStanding(lines, after.house, after.number);
      if (!after.items.includes(caseId) || standing.kind !== 'sent') return false;
      const isTaken = world.mail.deliveries.some(
        ({ messageId, wasAccepted }) => wasAccepted && messageId === after.messageId,
      );
      return standing.isVouchedFor || isTaken;
    })
  );
}
