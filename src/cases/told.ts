import type { RunRecord } from '../client';
import type { StepProgress } from '../domain/case';
import { approvalOf } from '../domain/approval';
import { inTimeText } from '../domain/approval-notice';
import { seriesPage, seriesResource } from '../domain/addresses';
import { withoutContact, type ContactState } from '../domain/contact';
import { clockOn, toInstant } from '../domain/clock';
import { endFactsOf, endNotes } from '../domain/end-notice';
import { unclearStep, type Ending } from '../domain/ending';
import { remainingByHand, tasksOf, withShownNameIn } from '../domain/house-tasks';
import { withShownNames } from '../domain/names';
import { byHandTask } from '../domain/guided';
import { digest } from '../digest';
import { notesOfTries } from '../domain/standing';
import { TEMPORAL_TEXTS } from '../domain/wording';
import type { JournalEntry } from '../domain/journal';
import { isTask, openingLine, readLines, requestsOf, type CaseLines } from '../domain/lines';
import { changeTexts, performanceOf, PERFORMANCE_CHANGED } from '../domain/performance';
import { lastRead } from '../domain/storno-lines';
import type { Instant, TaskContact } from '../domain/types';
import type { Tries } from '../domain/tries';
import { isEnd } from '../domain/vocabulary';
import { isOff, withSwitch, WRITES_OFF } from '../domain/writes';
import { contactsOfHouse } from './caller';
import { readShownLines } from './contact';
import { statusFromJournal } from './journal-status';
import type { CaseSources } from './sources';
import { attemptOf, failingOf, triedSince, triesOf, type Failing } from './tries';
import type { CaseView, SecondPerson } from './view';

type Sources = Pick<CaseSources, 'client' | 'journal' | 'houses'>;

/**
 * What has to be looked up: what Temporal says of the attempts, and what the lines say of the end, or of a step that a
 * person can do. Without a readable journal the view lacks only that.
 */
export async function tell(
  sources: Sources,
  view: CaseView,
  run: RunRecord | null,
): Promise<Partial<CaseView>> {
  const warnings = await withWhoSwitched(sources, view.warnings);
  return { warnings, ...(await tellRest(sources, { ...view, warnings }, run)) };
}

/** Who has switched the writes off, when and why, where the case waits for that. */
async function withWhoSwitched(
  { journal }: Sources,
  warnings: CaseView['warnings'],
): Promise<CaseView['warnings']> {
  if (!warnings.some(({ code }) => code === WRITES_OFF)) return warnings;
  const writes = await journal.writesState().catch(() => null);
  if (writes === null || !isOff(writes)) return warnings;
  const now = toInstant(Date.now());
  return warnings.map(({ code, text }) => ({
    code,
    text: code === WRITES_OFF ? withSwitch(text, writes, now) : text,
  }));
}

async function tellRest(sources: Sources, view: CaseView, run: RunRecord | null): Promise<Partial<CaseView>> {
  const failing = failingOf(view, run);
  // The run itself learns of a save only when it has waited after it.
  const newest = { waitSavedAt: failing?.savedAt ?? view.waitSavedAt };
  // A case without an event has no line, or was refused.
  const known = view.event ? await readKnown(sources, view) : null;
  const lines = known && readLines(known.entries);
  const now = toInstant(Date.now());
  const tries = failing && run && (await triesNow(sources, view, failing, run, lines, now));
  const whom = {
    contacts: contactsOf(sources, view),
    alertsTo: sources.houses.get(view.house)?.alerts.to ?? null,
    series: toldOfSeries(lines?.input.series?.id ?? run?.seriesId),
  };
  const inTime = lines && view.state === 'awaiting-approval' ? toldInTime(lines, now) : [];
  const tried = tries && { tries, notes: [...view.notes, ...notesOfTries(view)] };
  if (!known || !lines) return { ...tried, ...whom, ...newest };
  const changed = {
    // Of a series its house has approved all at once, and the run knows nothing of it.
    ...(view.approval === null && { approval: approvalOf(known.entries) }),
    ...toldOfChanges(view, lines, now),
    ...toldOfMadeUpTask(view, lines),
    tasks: tasksOf(lines)?.map(withShownNameIn) ?? null,
    secondPerson: { ...view.secondPerson, ...toldOfOrderer(known.entries) },
  };
  return isEnd(view.state)
    ? { ...whom, ...changed, ...toldOfEnd(view, lines), ...toldOfErasure(view, known.contact) }
    : {
        ...{ notes: [...view.notes, ...inTime] },
        ...tried,
        ...whom,
        ...newest,
        ...changed,
        ...toldOfWaysOut(sources, view, lines),
      };
}

export function toldOfSeries(id: string | undefined): CaseView['series'] {
  return id === undefined ? null : { id, links: { self: seriesResource(id), page: seriesPage(id) } };
}

/** Every question may end with a call, and so may a refusal. */
function contactsOf({ houses }: Sources, { house, attention, refusal }: CaseView): TaskContact[] {
  const known = houses.get(house);
  return known && (attention || refusal) ? contactsOfHouse(known) : [];
}

async function triesNow(
  { client }: Sources,
  view: CaseView,
  failing: Failing,
  run: RunRecord,
  lines: CaseLines | null,
  now: Instant,
): Promise<Tries | null> {
  const entries = lines?.entries ?? [];
  const attempt = await attemptOf(client, view, failing, run, entries);
  return triesOf(view, failing, { attempt, since: triedSince(view, failing, entries) }, now);
}

/** The performance as it was read last. Where that is not what was ordered, a warning names both values. */
function toldOfChanges({ event, warnings }: CaseView, lines: CaseLines, now: Instant): Partial<CaseView> {
  const texts = changeTexts(lines, (instant) => clockOn(instant, now));
  if (!event || !lines.opening || texts.length === 0) return {};
  const { title: _title, ...shown } = performanceOf(lines.opening, lastRead(lines.entries));
  return {
    event: { ...event, ...shown },
    warnings: [...warnings, { code: PERFORMANCE_CHANGED, text: texts.join(' ') }],
  };
}

/** By when the approval is needed for Ö-Ticket to know before the curtain. */
function toldInTime({ entries, opening }: CaseLines, now: Instant): string[] {
  const request = requestsOf(entries).at(-1);
  const text = request && opening ? inTimeText(request.after, opening.input.policy, now) : null;
  return text === null ? [] : [text];
}

/** Compared with whoever wants to decide, and shown to nobody. */
function toldOfOrderer(entries: readonly JournalEntry[]): Pick<SecondPerson, 'orderedById'> {
  const opening = openingLine(entries);
  return opening ? { orderedById: opening.actorId ?? null } : {};
}

/** A task has its line before anybody is asked to do it. One without a line is somebody else's answer: nobody is to follow it. */
function toldOfMadeUpTask({ attention }: CaseView, { entries }: CaseLines): Partial<CaseView> {
  if (!attention?.task) return {};
  const asked = digest(attention.task);
  if (entries.some((entry) => isTask(entry) && digest(entry.after.task) === asked)) return {};
  const text = TEMPORAL_TEXTS.madeUpTask;
  return { attention: { ...attention, code: 'result-not-ours', text, task: null } };
}

/** `null`: the journal cannot be read. */
function readKnown({ journal }: Sources, { caseId }: CaseView) {
  return readShownLines(journal, caseId).catch(() => null);
}

function toldOfEnd(view: CaseView, lines: CaseLines): Partial<CaseView> {
  const facts = endFactsOf(lines);
  return {
    notes: facts ? endNotes(facts) : view.notes,
    remaining: remainingByHand(lines).map(withShownNames),
    steps: view.state === 'completed' ? view.steps : stepsAsWritten(view.steps, lines),
  };
}

/** Whatever a run still says: once the key is gone, nobody is shown the contact. */
function toldOfErasure({ order }: CaseView, contact: ContactState): Partial<CaseView> {
  if (contact === null || !('erasedAt' in contact)) return {};
  return { order: withoutContact(order), contactErasedAt: contact.erasedAt };
}

/** Of a case that did not come to its end, only what is written down counts as done, as in the Protokoll. */
function stepsAsWritten(steps: readonly StepProgress[], { entries }: CaseLines): StepProgress[] {
  const written = statusFromJournal(entries, false)?.steps ?? [];
  return steps.map((step) => {
    const known = written.find(({ name }) => name === step.name);
    const isDone = known !== undefined && known.state !== 'upcoming';
    if (isDone) return step.state === 'upcoming' ? known : step;
    return { ...step, state: 'upcoming', finishedAt: null, detail: unclearStep(step.name, entries) };
  });
}

function toldOfWaysOut(
  { houses }: Sources,
  { house, step, attention, allowedActions }: CaseView,
  lines: CaseLines,
): Pick<CaseView, 'remaining' | 'byHand'> {
  const ending: Ending = 'closed-by-hand';
  const user = houses.get(house)?.connectOnlineUser;
  const isOffered = allowedActions.includes('confirm-step') && !attention?.task;
  return {
    remaining: allowedActions.includes('close-by-hand')
      ? remainingByHand(lines, ending).map(withShownNames)
      : [],
    byHand: isOffered && user !== undefined ? byHandTask(step, lines.entries, user) : null,
  };
}
