import type { CancellationView } from '../../src/cases/view';
import { describeEnd, describeView } from '../../src/cli/format';
import { aView } from '../support/views';

const tries: CancellationView['tries'] = {
  step: 'set-storno',
  attempt: 3,
  since: '2026-11-24T17:29:00.000Z',
  code: 'jet-unavailable',
  nextAttemptAt: '2026-11-24T17:31:00.000Z',
  text: 'Jet antwortet nicht. Versucht seit 18.29 Uhr, bisher 2 Mal. Nächster Versuch um 18.31 Uhr.',
};
const late = { code: 'starts-soon', text: 'Die Vorstellung beginnt bald.' };

/** The lines between the title and the first step. */
const head = (view: CancellationView) => {
  const lines = describeView(view).split('\n');
  return lines.slice(
    1,
    lines.findIndex((line) => /^ {2}[○▶✓–] /.test(line)),
  );
};

it('says at the top that it is late, what the case waits for, and what fails since when', () => {
  expect(
    head(aView({ warnings: [late], notes: ['Bis ca. 19.13 Uhr wird weiter verkauft.'], tries })),
  ).toEqual([
    '  Achtung: Die Vorstellung beginnt bald.',
    '  Bis ca. 19.13 Uhr wird weiter verkauft.',
    `  ${tries.text}`,
  ]);
});

it('warns of nothing once the case has ended', () => {
  expect(describeView(aView({ state: 'completed', warnings: [late] }))).not.toContain('Achtung');
});

it('says at the end how far it came, and everything that is left', () => {
  const remaining = ['In Connect Online nachsehen.', 'Website berichtigen.'];
  const view = aView({ state: 'closed-by-hand', notes: ['Geschlossen von Eva Muster.'], remaining });
  expect(describeEnd(view)).toBe(
    [
      'Geschlossen von Eva Muster.',
      'Das bleibt für das Haus zu tun:',
      '- In Connect Online nachsehen.',
      '- Website berichtigen.',
      'Absage von Hand geschlossen.',
    ].join('\n'),
  );
  expect(describeView(view)).toContain('  - Website berichtigen.');
});

it('says beforehand what closing by hand would leave', () => {
  const view = aView({ allowedActions: ['close-by-hand'], remaining: ['Website berichtigen.'] });
  expect(describeView(view)).toContain(
    '  Von Hand geschlossen (close-by-hand), bliebe für das Haus zu tun:\n  - Website berichtigen.',
  );
});

const attention: NonNullable<CancellationView['attention']> = {
  id: 'a1',
  code: 'status-not-cancellable',
  step: 'set-storno',
  since: '2026-11-24T17:29:00.000Z',
  text: 'Aus diesem Status kann nicht storniert werden.',
  actions: [],
  choices: [],
  conflicts: [],
  task: null,
};

it('leads through a step by hand as a house without a gateway is led', () => {
  const byHand = {
    mask: ['Veranstaltungen'],
    instruction: 'Storno setzen.',
    fields: [],
    confirm: 'Bestätigen.',
  };
  expect(describeView(aView({ attention, byHand }))).toContain(
    '  Maske: Veranstaltungen\n  Storno setzen.\n  Bestätigen.',
  );
});
