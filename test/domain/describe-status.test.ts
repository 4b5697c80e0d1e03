import { allowedActions } from '../../src/domain/actions';
import { ACTIONS } from '../../src/domain/vocabulary';
import { type Attention, type CancellationStatus } from '../../src/domain/case';
import { CASE_STATES } from '../../src/domain/vocabulary';
import { type StepName } from '../../src/domain/vocabulary';
import { STEPS } from '../../src/domain/vocabulary';
import { choicesFor } from '../../src/domain/choices';
import { failureRow, type FailureCode } from '../../src/domain/failures';
import { taskFor } from '../../src/domain/guided';
import { ACTION_LABELS, describeStatus, STEP_LABELS } from '../../src/domain/wording';
import * as messages from '../../src/workflows/messages';
import { stuckAt } from '../support/action-situations';
import { aGuidedOpening } from '../support/openings';
import { aStatus } from '../support/views';

const UPDATES = Object.values(messages)
  .filter((message) => typeof message === 'object' && 'type' in message && message.type === 'update')
  .map((message) => (message as { name: string }).name);

function stuck(step: StepName, code: FailureCode, changes: Partial<Attention> = {}): CancellationStatus {
  const actions = allowedActions(stuckAt(step, code));
  const attention: Attention = {
    id: 'a1',
    code,
    step,
    since: '2026-11-24T18:02:00.000Z',
    text: failureRow(code).text,
    actions,
    choices: choicesFor(code, { isAborting: false, isStornoAdopted: true, conflicts: [] }),
    conflicts: [],
    task: null,
    ...changes,
  };
  return aStatus({ state: 'needs-attention', step, attention, allowedActions: actions });
}

/** The lines of the page, as a reader sees them. */
const lines = (shown: CancellationStatus, note: string | null = null) =>
  describeStatus(shown, note).split(/ *\n+/);

it('shows each step in a line of its own, without a second bullet', () => {
  const steps = lines(aStatus()).filter((line) => line.startsWith('○'));
  expect(steps).toEqual(STEPS.map((name) => `○ ${STEP_LABELS[name]}`));
});

it('says once when a step was done', () => {
  const [checked, marked, , , , , granted] = aStatus().steps;
  const finishedAt = '2026-11-24T15:16:00.000Z';
  const steps = [
    { ...checked!, state: 'done' as const, finishedAt },
    { ...marked!, state: 'done' as const, finishedAt, detail: 'gespeichert um 16.16 Uhr' },
    { ...granted!, state: 'done' as const, finishedAt, detail: 'gültig bis 05.07.2027' },
  ];
  expect(lines(aStatus({ steps })).slice(1)).toEqual([
    '✓ Prüfen · 16.16 Uhr',
    '✓ Titel und Hinweis speichern · gespeichert um 16.16 Uhr',
    '✓ Erweiterte Stornoberechtigung vergeben · gültig bis 05.07.2027 · 16.16 Uhr',
  ]);
});

it('says until when is waited', () => {
  const steps = aStatus().steps.map((step) =>
    step.name === 'wait-for-title-transfer' ? { ...step, state: 'current' as const } : step,
  );
  expect(lines(aStatus({ steps, waitEndsAt: '2026-11-24T15:31:00.000Z' }))).toContain(
    '▶ Warten, bis Ö-Ticket den Zusatz hat · bis ca. 16.31 Uhr',
  );
});

it('says why a wait runs anew', () => {
  const steps = aStatus().steps.map((step) =>
    step.name === 'wait-for-title-transfer'
      ? { ...step, state: 'current' as const, detail: 'eine Kollegin hat gespeichert' }
      : step,
  );
  expect(lines(aStatus({ steps, waitEndsAt: '2026-11-24T15:31:00.000Z' }))).toContain(
    '▶ Warten, bis Ö-Ticket den Zusatz hat · bis ca. 16.31 Uhr · eine Kollegin hat gespeichert',
  );
});

it('names what the Web UI can send to answer a question', () => {
  expect(lines(stuck('set-storno', 'marker-removed'))).toEqual(
    expect.arrayContaining([
      '`abort`: Absage abbrechen und Titel zurücksetzen',
      '`retryNow`: Jetzt noch einmal versuchen',
      '`decide`: Entscheiden, was gelten soll (attentionId `a1`)',
      'choice `mark-again`: Zusatz und Hinweis noch einmal anbringen. Danach wird wieder gewartet.',
    ]),
  );
});

it.each(ACTIONS.filter((action) => action !== 'resume'))('names an update that there is for %s', (action) => {
  const shown = aStatus({ ...stuck('grant-right', 'internal'), allowedActions: [action] });
  const named = /^`(\w+)`: /m.exec(describeStatus(shown, null))?.[1];
  expect(UPDATES).toContain(named);
});

it('leads to the mask of a step by hand, and shows nothing of the memo', () => {
  const opening = aGuidedOpening();
  const task = taskFor('mark-titles', opening, 'CONNECTONLINE');
  const shown = describeStatus(stuck('mark-titles', 'person-step', { task }), null);
  expect(shown).toContain('Verkaufsstammdaten › Veranstaltungen › Veranstaltungen bearbeiten');
  expect(shown).toContain(task.instruction);
  expect(shown).not.toContain(opening.input.order.reason);
});

it('says that an abort is possible as long as it is, and shows a note', () => {
  const hint = /Bis zum Storno kann abgebrochen werden/;
  expect(describeStatus(aStatus({ allowedActions: ['abort'] }), null)).toMatch(hint);
  expect(describeStatus(aStatus({ allowedActions: ['retry'] }), null)).not.toMatch(hint);
  expect(lines(aStatus(), 'Abbruch verlangt: zu spät')).toContain('Abbruch verlangt: zu spät');
});

it('begins with the state, in bold, and with other words for each', () => {
  const firstLines = CASE_STATES.map((state) => lines(aStatus({ state }))[0]);
  for (const line of firstLines) expect(line).toMatch(/^\*\*[^*]+\*\*$/);
  expect(new Set(firstLines).size).toBe(CASE_STATES.length);
});

it('says why a cancellation was refused', () => {
  const refusal = { code: 'event-past', text: 'Diese Vorstellung ist vorbei.' };
  expect(lines(aStatus({ state: 'refused', refusal }))[1]).toBe(refusal.text);
});

it('leaves no empty paragraph where there is nothing to say', () => {
  for (const shown of [aStatus(), stuck('grant-right', 'internal')]) {
    expect(describeStatus(shown, null).split('\n\n')).not.toContain('');
  }
});

it('says in bold what a person is needed for, and right after it what is possible', () => {
  const shown = stuck('grant-right', 'internal');
  const paragraphs = describeStatus(shown, null).split('\n\n');
  expect(paragraphs[1]).toBe(`**${shown.attention?.text}**`);
  for (const action of shown.allowedActions) expect(paragraphs[2]).toContain(ACTION_LABELS[action]);
});

it('says of no step but the current one until when is waited', () => {
  const steps = aStatus().steps.map((step) =>
    step.name === 'check' ? { ...step, state: 'done' as const, detail: 'geprüft' } : step,
  );
  const shown = lines(aStatus({ steps, waitEndsAt: '2026-11-24T15:31:00.000Z' }));
  expect(shown).toContain('✓ Prüfen · geprüft');
  expect(shown.filter((line) => line.includes('16.31'))).toEqual([]);
});

it('says of a current step that waits for nothing what is known of it', () => {
  const [checked] = aStatus().steps;
  const steps = [{ ...checked!, state: 'current' as const, detail: 'zweiter Versuch' }];
  expect(lines(aStatus({ steps }))).toContain('▶ Prüfen · zweiter Versuch');
});

it('shows what stands in Jet as text: no link of it becomes one in the Web UI', () => {
  const text = 'Status ist [Gesperrt](https://evil.example) – in diesem Zustand kann nicht storniert werden.';
  const refusal = { code: 'status-not-cancellable', text };
  expect(lines(aStatus({ state: 'refused', refusal }))[1]).toBe(`\`${text}\``);
  expect(describeStatus(stuck('set-storno', 'internal', { text }), null)).toContain(`**\`${text}\`**`);
});
