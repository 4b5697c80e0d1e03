import { germanDate } from '../domain/clock';
import type { Task } from '../domain/case';
import type { JournalEntry } from '../domain/journal';
import { STORNO_WORD } from '../domain/status';
import { ANNOUNCEMENT_FIELDS, isWriteEffect, MASK_LABELS, type WriteEffect } from '../domain/vocabulary';
import type { ProtocolAct } from './document';
import { isTask, outcomeOf, textOf, type CaseLines } from '../domain/lines';
import { operationLabel, outcomeText } from './wording';

const BY_HAND = 'by-hand';

/** Each write with its announcement and its reading back, in the order in which it was begun. */
export function actsOf({ entries }: CaseLines): ProtocolAct[] {
  const lines = entries.filter(
    ({ kind, operation }) =>
      isWriteEffect(operation) && (kind !== 'decision' || operation === 'adopt-storno'),
  );
  const used = new Set<JournalEntry>();
  const acts: ProtocolAct[] = [];
  for (const line of lines) {
    if (used.has(line)) continue;
    const outcome = line.kind === 'intent' ? findOutcome(line, lines) : line;
    if (outcome) used.add(outcome);
    acts.push(toAct(line.kind === 'intent' ? line : null, outcome));
  }
  return acts;
}

/** An intent's own outcome; that of a task is the next confirmation of the same operation. */
function findOutcome(intent: JournalEntry, lines: readonly JournalEntry[]): JournalEntry | null {
  if (!isTask(intent)) return outcomeOf(lines, intent);
  const isConfirmation = ({ seq, kind, operation, outcome }: JournalEntry) =>
    seq > intent.seq && kind === 'outcome' && operation === intent.operation && outcome === BY_HAND;
  return lines.find(isConfirmation) ?? null;
}

function toAct(intent: JournalEntry | null, outcome: JournalEntry | null): ProtocolAct {
  const line = (outcome ?? intent) as JournalEntry;
  const { operation, step } = line;
  return {
    operation,
    label: operationLabel(operation),
    step,
    hands: outcome?.outcome === BY_HAND || (outcome === null && taskOf(intent)) ? 'person' : 'absage',
    actor: line.actor,
    announcedAt: intent?.at ?? null,
    savedAt: outcome && textOf(outcome.after, 'savedAt'),
    confirmedAt: outcome?.at ?? null,
    outcome: outcome?.outcome ?? null,
    outcomeText: textFor(operation, outcome, taskOf(intent) !== null),
    fields: isWriteEffect(operation) ? FIELDS[operation](intent, outcome) : [],
    lines: [intent, outcome].flatMap((each) => (each ? [each.seq] : [])),
  };
}

function taskOf(intent: JournalEntry | null): Task | null {
  return intent && isTask(intent) ? intent.after.task : null;
}

function textFor(operation: string, outcome: JournalEntry | null, isTask: boolean): string {
  if (operation === 'adopt-storno') return 'nicht von Absage gesetzt, beim Lesen vorgefunden';
  if (operation === 'grant-right' && outcome?.outcome === 'found')
    return 'eine ausreichende Berechtigung war schon da';
  if (outcome === null && isTask) return 'Aufgabe gestellt, nicht bestätigt';
  return outcomeText(outcome?.outcome ?? null);
}

type Fields = ProtocolAct['fields'];

/** The fields that each write is about: as they were, as they were to be, as they were found. */
const FIELDS: Record<WriteEffect, (intent: JournalEntry | null, outcome: JournalEntry | null) => Fields> = {
  'save-announcement': textFields,
  'restore-announcement': textFields,
  'set-storno': (intent, outcome) => statusField(STORNO_WORD, intent, outcome),
  'adopt-storno': (intent, outcome) => statusField(null, intent, outcome),
  'grant-right': rightFields,
};

function statusField(
  wanted: string | null,
  intent: JournalEntry | null,
  outcome: JournalEntry | null,
): Fields {
  const before = textOf((intent ?? outcome)?.before, 'status');
  return [{ label: MASK_LABELS.status, before, wanted, found: outcome && textOf(outcome.after, 'status') }];
}

function textFields(intent: JournalEntry | null, outcome: JournalEntry | null): Fields {
  return ANNOUNCEMENT_FIELDS.map((field) => ({
    label: MASK_LABELS[field],
    before: textOf(intent?.before ?? outcome?.before, field),
    wanted: wantedText(intent, field),
    found: outcome && textOf(outcome.after, field),
  }));
}

/** A task names its fields by their labels. */
function wantedText(intent: JournalEntry | null, field: (typeof ANNOUNCEMENT_FIELDS)[number]): string | null {
  const task = taskOf(intent);
  return task ? taskValue(task, MASK_LABELS[field]) : textOf(intent?.after, field);
}

function taskValue({ fields }: Task, label: string): string | null {
  return fields.find((field) => field.label === label)?.value ?? null;
}

function rightFields(intent: JournalEntry | null, outcome: JournalEntry | null): Fields {
  const task = taskOf(intent);
  const wanted = task
    ? [taskValue(task, MASK_LABELS.validFrom), taskValue(task, MASK_LABELS.validUntil)]
        .filter(Boolean)
        .join(' bis ')
    : periodOf(intent?.after);
  return [
    {
      label: 'Gültigkeit',
      before: periodOf(intent?.before ?? outcome?.before),
      wanted,
      found: outcome && periodOf(outcome.after),
    },
  ];
}

/** `24.11.2026 bis 05.07.2027`; an open end says so. */
export function periodOf(written: JournalEntry['before'] | JournalEntry['after'] | undefined): string | null {
  if (written === null || written === undefined) return null;
  const from = textOf(written, 'validFrom');
  const until = textOf(written, 'validUntil');
  return `${from ? germanDate(from) : 'von jeher'} bis ${until ? germanDate(until) : 'unbefristet'}`;
}
