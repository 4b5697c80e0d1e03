import type { CancellationView, JournalLine, ListedCancellation, ListedEvent, PlannedOrder } from './http';

const clock = new Intl.DateTimeFormat('de-AT', {
  timeZone: 'Europe/Vienna',
  hour: '2-digit',
  minute: '2-digit',
});
const exact = new Intl.DateTimeFormat('de-AT', {
  timeZone: 'Europe/Vienna',
  dateStyle: 'medium',
  timeStyle: 'medium',
});
const day = new Intl.DateTimeFormat('de-AT', {
  timeZone: 'Europe/Vienna',
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

export function clockTime(instant: string): string {
  return `${clock.format(Date.parse(instant)).replace(':', '.')} Uhr`;
}

/** `24.11.2026, 18.17.05`, for the journal. */
function exactTime(instant: string): string {
  return exact.format(Date.parse(instant)).replaceAll(':', '.');
}

/** `Di., 5. Jänner 2027, 19.30 Uhr` */
function dayAndTime(instant: string): string {
  return `${day.format(Date.parse(instant))}, ${clockTime(instant)}`;
}

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
    `${event.house} ${event.eventNumber} · ${event.title}`,
    `  ${dayAndTime(event.startsAt)} · ${event.venue}, ${event.location}`,
    `  Status: ${event.status}`,
  ].join('\n');
}

const FIELDS = [
  ['title', 'Titel'],
  ['customerTitle', 'Titel (Kundensicht)'],
  ['externalMemo', 'Externer Memotext'],
] as const;

export function describePlan(plan: PlannedOrder): string {
  const lines: string[] = [];
  const marking = plan.steps.find(({ name }) => name === 'mark-titles');
  if (marking) lines.push('So sehen es Ihre Kundinnen und Kunden und Ö-Ticket:');
  for (const [field, label] of FIELDS) {
    const before = asText(marking?.before?.[field]);
    const after = asText(marking?.after?.[field]);
    if (!before && !after) continue;
    lines.push(
      `  ${label}`,
      `    bisher: ${indent(before || '(leer)')}`,
      `    dann:   ${indent(after || '(leer)')}`,
    );
  }
  const right = plan.steps.find(({ name }) => name === 'grant-right')?.after;
  const validUntil = asText(right?.validUntil);
  if (validUntil) {
    lines.push(`  Erweiterte Stornoberechtigung bis ${validUntil.split('-').reverse().join('.')}`);
  }
  for (const { text } of plan.warnings) lines.push(`  Achtung: ${text}`);
  for (const { text } of plan.refusals) lines.push(`  Nicht möglich: ${text}`);
  if (plan.cancellable && plan.stornoAt && plan.finishedAt) {
    lines.push(
      `  Ab ca. ${clockTime(plan.stornoAt)} wird auf Storno gesetzt. Bis dahin können Sie abbrechen.`,
      `  Fertig ca. ${clockTime(plan.finishedAt)}.`,
    );
  }
  return lines.join('\n');
}

const STATES: Record<CancellationView['state'], string> = {
  checking: 'wird geprüft',
  running: 'läuft',
  waiting: 'wartet auf Ö-Ticket',
  'needs-attention': 'braucht Sie',
  'awaiting-approval': 'wartet auf Freigabe',
  aborting: 'wird abgebrochen',
  aborted: 'abgebrochen',
  refused: 'abgelehnt',
  completed: 'abgeschlossen',
  'closed-by-hand': 'von Hand geschlossen',
  interrupted: 'unterbrochen',
};

const MARKS: Record<CancellationView['steps'][number]['state'], string> = {
  upcoming: '○',
  current: '▶',
  done: '✓',
  'by-hand': '✓',
  waived: '–',
  skipped: '–',
};

export function describeView(view: CancellationView): string {
  const title = view.event?.title.before ?? view.order.expected.title;
  const lines = [`${view.house} ${view.eventNumber} · ${title}: ${STATES[view.state]}`];
  if (view.stale) lines.push('  (laut Logbuch)');
  for (const step of view.steps) {
    const time = step.finishedAt ? `  ${clockTime(step.finishedAt)}` : '';
    lines.push(`  ${MARKS[step.state]} ${step.label}${time}${step.detail ? `  ${step.detail}` : ''}`);
  }
  if (view.waitEndsAt) lines.push(`  Wartezeit bis ${clockTime(view.waitEndsAt)}`);
  if (view.refusal) lines.push(`  ${view.refusal.text}`);
  if (view.attention) lines.push(...describeQuestion(view).map((line) => `  ${line}`));
  if (view.allowedActions.length > 0)
    lines.push('  Möglich ist jetzt:', ...describeActions(view).map((line) => `  ${line}`));
  return lines.join('\n');
}

/** Says why a case needs a person, and what the person can do. */
export function describeAttention(view: CancellationView): string {
  const lines = view.attention ? describeQuestion(view) : ['Die Absage wurde unterbrochen.'];
  if (view.allowedActions.length > 0) lines.push('Möglich ist jetzt:', ...describeActions(view));
  lines.push(`Weiter zusehen: absage watch ${view.house} ${view.eventNumber}`);
  return lines.join('\n');
}

/** What happened, which texts differ, what to do in the mask, and which choices there are. */
function describeQuestion(view: CancellationView): string[] {
  const { attention } = view;
  if (!attention) return [];
  const lines = [`${attention.text} (${attention.code})`];
  for (const { field, before, ours, now } of attention.conflicts) {
    lines.push(`  ${CONFLICT_LABELS[field]}`, `    bisher:    ${indent(before ?? '(leer)')}`);
    if (ours !== null) lines.push(`    von uns:   ${indent(ours)}`);
    lines.push(`    jetzt:     ${indent(now ?? '(leer)')}`);
  }
  if (attention.task) lines.push(describeTask(view));
  return lines;
}

const CONFLICT_LABELS = { ...Object.fromEntries(FIELDS), status: 'Status' } as Record<string, string>;

/** Mask, fields and exact texts, in the words of the box office's own page. */
export function describeTask({ attention }: CancellationView): string {
  const task = attention?.task;
  if (!task) return '';
  return [
    `Maske: ${task.mask.join(' › ')}`,
    task.instruction,
    ...task.fields.map(({ label, value }) => `  ${label.padEnd(20)} ${indent(value || '(leer lassen)')}`),
    task.confirm,
  ].join('\n');
}

/** The command for each action, with the options that it needs beside the reason. */
function describeActions(view: CancellationView): string[] {
  const { house, eventNumber, allowedActions, attention, step } = view;
  const call = (action: string, options: string) =>
    `  absage ${action} ${house} ${eventNumber}${options} --reason "…"`;
  return allowedActions.flatMap((action) => {
    if (action === 'decide') {
      const choices = attention?.choices ?? [];
      return choices.map(({ choice, text }) => `${call(action, ` --choice ${choice}`)}   ${text}`);
    }
    return [call(action, OPTIONS[`${action}/${step}`] ?? '')];
  });
}

const OPTIONS: Readonly<Record<string, string>> = {
  'skip-wait/wait-for-title-transfer': ' --titles-visible',
  'confirm-step/mark-titles': ' --title "…" --customer-title "…" --external-memo "…"',
  'confirm-step/set-storno': ' --status Storno --title "…"',
  'confirm-step/verify-channel': ' --status Storno',
  'confirm-step/grant-right': ' --valid-from JJJJ-MM-TT --valid-until JJJJ-MM-TT',
  'confirm-step/notify-partner': ' --sent-at ZEITPUNKT',
};

/** How a case ended, in one sentence for the last line. */
export function describeEnd(view: CancellationView): string {
  const at = view.steps.findLast(({ finishedAt }) => finishedAt)?.finishedAt;
  if (view.state === 'completed' && at) return `Absage abgeschlossen um ${clockTime(at)}.`;
  if (view.state === 'refused')
    return `Nicht begonnen: ${view.refusal?.text ?? ''} In Jet wurde nichts geschrieben.`;
  if (view.state === 'aborted') return 'Absage abgebrochen, die Titel sind zurückgesetzt.';
  return `Absage ${STATES[view.state]}.`;
}

export function describeList(cancellations: readonly ListedCancellation[]): string {
  if (cancellations.length === 0) return 'Keine Absagen.';
  return cancellations
    .map(({ house, eventNumber, state, title, startsAt }) =>
      [
        `${house} ${eventNumber}`.padEnd(16),
        STATES[state].padEnd(22),
        startsAt ? dayAndTime(startsAt) : '',
        title ?? '',
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
};

/** An operation that is not listed is shown by its name in the journal. */
const OPERATIONS: Readonly<Record<string, string>> = {
  check: 'Prüfen',
  'save-announcement': 'Titel und Hinweis speichern',
  'set-storno': 'Status auf Storno setzen',
  'adopt-storno': 'Storno übernehmen',
  'read-channel': 'Connect Online ansehen',
  'grant-right': 'Stornoberechtigung vergeben',
  'send-partner-notice': 'E-Mail an Ö-Ticket',
  'restore-announcement': 'Titel zurücksetzen',
  'alert-house': 'Haus verständigen',
  abort: 'Abbrechen',
  resume: 'Fortsetzen',
  retry: 'Erneut versuchen',
  'skip-wait': 'Wartezeit überspringen',
  'confirm-step': 'Von Hand bestätigen',
  'waive-step': 'Verzichten',
  decide: 'Entscheiden',
  'close-by-hand': 'Von Hand schließen',
  close: 'Abschließen',
};

export function describeJournal(entries: readonly JournalLine[], isVerified: boolean): string {
  const lines = entries.map(({ seq, at, actor, kind, operation, outcome, hash }) =>
    [
      String(seq).padStart(3),
      exactTime(at),
      KINDS[kind].padEnd(12),
      (OPERATIONS[operation] ?? operation).padEnd(27),
      (outcome ?? '').padEnd(9),
      actor,
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

function indent(text: string): string {
  return text.replaceAll('\n', '\n            ');
}
