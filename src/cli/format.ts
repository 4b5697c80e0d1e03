import { clockTime, dayAndTime, exactTime } from '../domain/clock';
import { conflictText } from '../domain/conflicts';
import { shownName } from '../domain/names';
import { columnOf } from '../domain/rows';
import { onOneLine } from '../domain/text';
import {
  ACTION_ROWS,
  ANNOUNCEMENT_FIELDS,
  EFFECT_ROWS,
  fieldRow,
  isEnd,
  MASK_LABELS,
  readBackFields,
  STATE_ROWS,
  type ActionDetail,
  type FieldKind,
  type ReadBackField,
} from '../domain/vocabulary';
import { visibleToCompare } from '../domain/visible';
import type { CancellationView, JournalLine, ListedCancellation, ListedEvent, PlannedOrder } from './http';

/** `14:05` or `0:20`, for a countdown. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

type ShownEvent = Pick<
  ListedEvent,
  'house' | 'eventNumber' | 'title' | 'startsAt' | 'venue' | 'location' | 'status'
>;

export function describeEvent(event: ShownEvent): string {
  return [
    `${event.house} ${event.eventNumber} · ${onOneLine(event.title)}`,
    `  ${dayAndTime(event.startsAt)} · ${event.venue}, ${event.location}`,
    `  Status: ${event.status}`,
  ].join('\n');
}

/** What an order would really do; nothing of it when it cannot be placed. */
export function describePlan(plan: PlannedOrder): string {
  if (!plan.cancellable) return describeObstacles(plan).join('\n');
  return [
    ...describeTexts(plan),
    ...plan.warnings.map(({ text }) => `  Achtung: ${text}`),
    'In der E-Mail an Ö-Ticket:',
    `  Hinweis:       ${plan.notice.reason.replaceAll('\n', '\n                 ')}`,
    `  Rückfragen an: ${describeContact(plan.notice.contact)}`,
    ...describeMail(plan.notice.mail),
    'Was geschieht, und wann:',
    ...plan.steps.slice(1).map((step) => `  ${whenOf(step, plan).padEnd(19)}${step.text}`),
  ].join('\n');
}

function describeTexts({ steps }: PlannedOrder): string[] {
  const marking = steps.find(({ name }) => name === 'mark-titles');
  const isLeft = marking?.state === 'skipped';
  const lines = [
    isLeft ? 'Das bleibt in Jet, wie es ist:' : 'So sehen es Ihre Kundinnen und Kunden und Ö-Ticket:',
  ];
  for (const field of ANNOUNCEMENT_FIELDS) {
    const before = asText(marking?.before?.[field]);
    const after = asText(marking?.after?.[field]);
    if (!before && !after) continue;
    lines.push(`  ${MASK_LABELS[field]}`);
    if (before === after) lines.push(`    bleibt: ${compared(before)}`);
    else lines.push(`    bisher: ${compared(before)}`, `    dann:   ${compared(after)}`);
  }
  return lines;
}

/** An API of an older version does not tell it. */
function describeMail(mail: PlannedOrder['notice']['mail'] | undefined): string[] {
  if (!mail) return [];
  const copy = mail.cc.length > 0 ? ` (Kopie: ${mail.cc.join(', ')})` : '';
  return [`  Geht an:       ${mail.to.join(', ')}${copy}`, `  Betreff:       ${onOneLine(mail.subject)}`];
}

function describeContact({ name, phone, email }: PlannedOrder['notice']['contact']): string {
  return [onOneLine(name), `Telefon ${phone}`, email].filter(Boolean).join(', ');
}

function whenOf({ name, state, earliestAt }: PlannedOrder['steps'][number], plan: PlannedOrder): string {
  if (state === 'skipped') return 'entfällt';
  if (name === 'report' && plan.finishedAt) return `ca. ${clockTime(plan.finishedAt)}`;
  if (!earliestAt) return '';
  return earliestAt === plan.steps[0]?.earliestAt ? 'sofort' : `ab ca. ${clockTime(earliestAt)}`;
}

/** Each reason with what to do about it, and the case there already is. */
function describeObstacles({ refusals, cancellation }: PlannedOrder): string[] {
  const lines = refusals.flatMap(({ text, next }) => [`  Nicht möglich: ${text}`, `    ${next}`]);
  if (!cancellation) return lines;
  const { house, eventNumber, orderedBy, state } = cancellation;
  const [check] = cancellation.steps;
  const at = check?.startedAt ?? check?.finishedAt;
  const when = at ? `, ${dayAndTime(at)}` : '';
  return [
    ...lines,
    `  Abgesagt von ${onOneLine(shownName(orderedBy))}${when}: ${STATE_ROWS[state].label}.`,
    `  Stand ansehen: absage status ${house} ${eventNumber}`,
  ];
}

const MARKS: Record<CancellationView['steps'][number]['state'], string> = {
  upcoming: '○',
  current: '▶',
  done: '✓',
  'by-hand': '✓',
  waived: '–',
  skipped: '–',
};

export function describeView(view: CancellationView): string {
  const title = onOneLine(view.event?.title.before ?? view.order.expected.title);
  const lines = [`${view.house} ${view.eventNumber} · ${title}: ${STATE_ROWS[view.state].label}`];
  if (view.supersededBy)
    lines.push(`  Frühere Absage dieser Veranstaltung. Die jetzige: Fall ${view.supersededBy}`);
  if (view.stale) lines.push('  (laut Logbuch)');
  lines.push(...describeStanding(view).map((line) => `  ${line}`));
  for (const step of view.steps) {
    const time = step.finishedAt ? `  ${clockTime(step.finishedAt)}` : '';
    lines.push(`  ${MARKS[step.state]} ${step.label}${time}${step.detail ? `  ${step.detail}` : ''}`);
  }
  if (view.waitEndsAt) lines.push(`  Wartezeit bis ${clockTime(view.waitEndsAt)}`);
  if (view.attention) lines.push(...describeQuestion(view).map((line) => `  ${line}`));
  if (view.allowedActions.length > 0)
    lines.push('  Möglich ist jetzt:', ...describeActions(view).map((line) => `  ${line}`));
  lines.push(...reservedOf(view).map((line) => `  ${line}`));
  lines.push(...describeRemaining(view).map((line) => `  ${line}`));
  return lines.join('\n');
}

/** What has to be read first: that it is late or changed, what the case waits for and until when, and what keeps failing. */
function describeStanding(view: CancellationView): string[] {
  const { tries } = view;
  return [...urgentWarnings(view), ...notesOf(view), ...(tries ? [tries.text] : [])];
}

/** The performance begins before Ö-Ticket knows, or is no longer as it was ordered, or nothing may be written. */
export function urgentWarnings({ state, warnings }: CancellationView): string[] {
  const isUrgent = ({ code }: { code: string }) =>
    code === 'performance-changed' || code === 'writes-off' || (code === 'starts-soon' && !isEnd(state));
  return warnings.filter(isUrgent).map(({ text }) => `Achtung: ${text}`);
}

/** An API of an older version tells nothing of this. */
export function notesOf({ notes = [] }: Partial<CancellationView>): string[] {
  return notes;
}

type RemainingView = Pick<CancellationView, 'state'> & Partial<Pick<CancellationView, 'remaining'>>;

/** What is left to be done by hand, or would be if the case were closed by hand now. */
function describeRemaining({ state, remaining = [] }: RemainingView): string[] {
  if (remaining.length === 0) return [];
  const head = isEnd(state)
    ? 'Das bleibt für das Haus zu tun:'
    : 'Von Hand geschlossen (close-by-hand), bliebe für das Haus zu tun:';
  return [head, ...remaining.map((text) => `- ${text}`)];
}

/** Says why a case needs a person, and what the person can do. */
export function describeAttention(view: CancellationView): string {
  const lines = view.attention ? describeQuestion(view) : ['Die Absage wurde unterbrochen.'];
  if (view.allowedActions.length > 0) lines.push('Möglich ist jetzt:', ...describeActions(view));
  lines.push(...reservedOf(view));
  lines.push(`Weiter zusehen: absage watch ${view.house} ${view.eventNumber}`);
  return lines.join('\n');
}

/** What happened, which texts differ, what to do in the mask, and which choices there are. */
function describeQuestion(view: CancellationView): string[] {
  const { attention } = view;
  if (!attention) return [];
  const lines = [`${attention.text} (${attention.code})`];
  for (const { field, before, ours, now } of attention.conflicts) {
    lines.push(`  ${MASK_LABELS[field]}`, `    bisher:    ${conflictText(field, before)}`);
    if (ours !== null) lines.push(`    von uns:   ${conflictText(field, ours)}`);
    lines.push(`    jetzt:     ${conflictText(field, now)}`);
  }
  if (attention.task) lines.push(describeTask(view));
  if (view.byHand) lines.push('Von Hand, statt Absage (confirm-step):', ...taskLines(view.byHand));
  return lines;
}

/** Mask, fields and exact texts, in the words of the box office's own page. */
export function describeTask({ attention }: CancellationView): string {
  const task = attention?.task;
  return task ? taskLines(task).join('\n') : '';
}

function taskLines({
  mask,
  instruction,
  fields,
  confirm,
}: NonNullable<CancellationView['byHand']>): string[] {
  return [
    ...(mask.length > 0 ? [`Maske: ${mask.join(' › ')}`] : []),
    instruction,
    ...fields.map(({ label, value }) => `  ${label.padEnd(20)} ${indent(value || '(leer lassen)')}`),
    confirm,
  ];
}

/** Who may do what is possible now, where the caller may not. An API of an older version knows no roles. */
function reservedOf({ reservedActions = [] }: Partial<CancellationView>): string[] {
  return [...new Set(reservedActions.map(({ text }) => text))];
}

/** The command for each action, with the options that it needs beside the reason. */
function describeActions(view: CancellationView): string[] {
  const { house, eventNumber, allowedActions, attention } = view;
  const call = (action: string, options: string) =>
    `  absage ${action} ${house} ${eventNumber}${options} --reason "…"`;
  return allowedActions.flatMap((action) => {
    const details = DETAILS[action] ?? [];
    if (details.includes('choice')) {
      const choices = attention?.choices ?? [];
      return choices.map(({ choice, text }) => `${call(action, ` --choice ${choice}`)}   ${text}`);
    }
    return [call(action, details.map((detail) => OPTIONS[detail](view)).join(''))];
  });
}

/** A newer API may offer more actions than this command line knows. */
const DETAILS: Readonly<Record<string, readonly ActionDetail[]>> = columnOf(ACTION_ROWS, 'details');

const OPTIONS: Record<ActionDetail, (view: CancellationView) => string> = {
  planHash: () => '',
  savedAt: () => '',
  titlesVisibleAtPartner: ({ step }) => (step === 'wait-for-title-transfer' ? ' --titles-visible' : ''),
  attentionId: () => '',
  choice: () => '',
  readBack: ({ step }) => readBackFields(step).map(exampleOf).join(''),
};

/** An example of each kind of field; `null`: mostly left out. */
const EXAMPLES: Record<FieldKind, string | null> = {
  text: '"…"',
  'optional-text': '"…"',
  'optional-lines': '"…"',
  status: 'Storno',
  day: 'JJJJ-MM-TT',
  instant: 'ZEITPUNKT',
  'optional-instant': null,
};

function exampleOf(field: ReadBackField): string {
  const example = EXAMPLES[fieldRow(field).kind];
  return example === null ? '' : ` ${optionOf(field)} ${example}`;
}

/** `customerTitle` is given as `--customer-title`. */
export function optionOf(field: ReadBackField): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** How a case ended, and what is left to do; the last line says it in one sentence. */
export function describeEnd(view: CancellationView): string {
  // Why it was refused stands in that sentence.
  const notes = view.state === 'refused' ? [] : notesOf(view);
  return [...notes, ...describeRemaining(view), endSentence(view)].join('\n');
}

function endSentence({ state, steps, refusal }: CancellationView): string {
  const at = steps.findLast(({ finishedAt }) => finishedAt)?.finishedAt;
  if (state === 'completed' && at) return `Absage abgeschlossen um ${clockTime(at)}.`;
  if (state === 'refused') return `Nicht begonnen: ${refusal?.text ?? ''} In Jet wurde nichts geschrieben.`;
  return `Absage ${STATE_ROWS[state].label}.`;
}

export function describeList(cancellations: readonly ListedCancellation[]): string {
  if (cancellations.length === 0) return 'Keine Absagen.';
  const eventOf = ({ house, eventNumber }: ListedCancellation) => `${house} ${eventNumber}`;
  const counts = new Map<string, number>();
  for (const row of cancellations) counts.set(eventOf(row), (counts.get(eventOf(row)) ?? 0) + 1);
  return cancellations
    .map((row) =>
      [
        eventOf(row).padEnd(16),
        STATE_ROWS[row.state].label.padEnd(22),
        row.startsAt ? dayAndTime(row.startsAt) : '',
        onOneLine(row.title ?? ''),
        // Only where the event does not name the case.
        row.caseId !== null && (counts.get(eventOf(row)) ?? 0) > 1 ? `Fall ${row.caseId}` : '',
      ]
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const KINDS: Record<JournalLine['kind'], string> = {
  opening: 'Beginn',
  intent: 'Vorhaben',
  outcome: 'Ergebnis',
  evidence: 'Beleg',
  decision: 'Entscheidung',
  refusal: 'Ablehnung',
  end: 'Ende',
  task: 'Aufgabe',
};

/** An operation that is not listed is shown by its name in the journal. */
const OPERATIONS: Readonly<Record<string, string>> = {
  ...columnOf(EFFECT_ROWS, 'shortLabel'),
  ...columnOf(ACTION_ROWS, 'shortLabel'),
};

/** One that is not listed is shown by its name in the journal. */
const OUTCOMES: Readonly<Record<string, string>> = {
  ...columnOf(STATE_ROWS, 'label'),
  ok: 'erledigt',
  found: 'vorgefunden',
  differs: 'abweichend',
  'by-hand': 'von Hand',
  accepted: 'angenommen',
  refused: 'abgelehnt',
  'not-sent': 'nicht gesendet',
  'in-doubt': 'ungewiss',
  verified: 'gesehen',
  adopted: 'übernommen',
  sighting: 'gesichtet',
  'sighting-lost': 'verschwunden',
  'not-storno': 'kein Storno',
  'storno-again': 'wieder Storno',
  gone: 'nicht da',
};

function outcomeOf(outcome: string | null): string {
  return outcome === null ? '' : (OUTCOMES[outcome] ?? outcome);
}

export function describeJournal(entries: readonly JournalLine[], isVerified: boolean): string {
  const lines = entries.map(({ seq, at, actor, kind, operation, outcome, hash }) =>
    [
      String(seq).padStart(3),
      exactTime(at),
      KINDS[kind].padEnd(12),
      (OPERATIONS[operation] ?? operation).padEnd(27),
      outcomeOf(outcome).padEnd(12),
      shownName(actor),
      hash.slice(0, 12),
    ].join('  '),
  );
  return [
    ...lines,
    isVerified
      ? 'Die Kette der Einträge ist vollständig.'
      : 'ACHTUNG: Die Kette der Einträge ist beschädigt.',
  ].join('\n');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A text beside another one: what cannot be seen in it is shown. */
function compared(text: string | null): string {
  return indent(visibleToCompare(text ?? '') || '(leer)');
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n            ');
}
