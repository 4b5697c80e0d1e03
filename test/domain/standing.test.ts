import type { CancellationStatus, Task } from '../../src/domain/case';
import type { FailureCode } from '../../src/domain/failures';
import { notesOfTries, standingNotes } from '../../src/domain/standing';
import { STEPS, type StepName } from '../../src/domain/vocabulary';
import { DETAILS, STEP_LABELS } from '../../src/domain/wording';
import { anInput } from '../support/examples';

const ENDS_AT = '2026-11-24T18:57:00.000+01:00';

function notes(
  step: StepName,
  {
    isGuided = false,
    detail = null,
    ...changes
  }: Partial<CancellationStatus> & { isGuided?: boolean; detail?: string | null } = {},
): string {
  const { order } = anInput();
  const { eventNumber, house, ...rest } = order;
  const seen = isGuided ? ({ status: 'Verkaufsfreigabe' } as unknown as (typeof order)['seen']) : undefined;
  return standingNotes({
    state: 'waiting',
    step,
    steps: STEPS.map((name) => ({
      name,
      label: STEP_LABELS[name],
      state: name === step ? 'current' : 'upcoming',
      startedAt: null,
      finishedAt: null,
      detail: name === step ? detail : null,
    })),
    order: { ...rest, house, eventNumber, ...(seen && { seen }) },
    waitEndsAt: ENDS_AT,
    allowedActions: ['abort', 'skip-wait'],
    refusal: null,
    attention: null,
    pointOfNoReturnPassed: false,
    ...changes,
  }).join(' ');
}

describe('in the first wait', () => {
  it('says until when it is sold, and that it can be aborted until then', () => {
    const text = notes('wait-for-title-transfer');
    expect(text).toContain('Bis ca. 18.57 Uhr wird weiter verkauft.');
    expect(text).toContain('Wenn Sie nichts tun: um ca. 18.57 Uhr setzt Absage den Status auf Storno.');
    expect(text).toContain('Bis dahin können Sie abbrechen, danach nicht mehr.');
  });

  it('promises no abort that is not possible', () => {
    expect(notes('wait-for-title-transfer', { allowedActions: [] })).not.toContain('abbrechen');
  });

  it('says no time that only a run that does not answer knows', () => {
    expect(notes('wait-for-title-transfer', { waitEndsAt: null })).toContain(
      'Wenn Sie nichts tun: danach setzt Absage den Status auf Storno.',
    );
  });

  // It used to say "Danach wird der Status auf Storno gesetzt", and nobody came back to do it.
  it('speaks to the clerk who does it: when they must be back, and what ends the abort', () => {
    const text = notes('wait-for-title-transfer', { isGuided: true });
    expect(text).toContain(
      'Um 18.57 Uhr müssen Sie wieder da sein: dann setzen Sie in Jet den Status auf Storno.',
    );
    expect(text).toContain(
      'Abbrechen können Sie nur bis 18.57 Uhr: sobald Absage Ihnen diese Aufgabe zeigt, gibt es kein Zurück.',
    );
    expect(text).not.toContain('wird der Status');
  });

  it('says why it runs anew', () => {
    expect(notes('wait-for-title-transfer', { detail: DETAILS.waitsAgain(ENDS_AT) })).toMatch(
      /^Wartezeit neu begonnen, weil in Jet um 18\.57 Uhr gespeichert wurde\. /,
    );
  });
});

it('in the second wait it says who looks at Connect Online', () => {
  expect(notes('wait-for-storno-transfer')).toContain(
    'Wenn Sie nichts tun: ab 18.57 Uhr sieht Absage in Connect Online nach',
  );
  expect(notes('wait-for-storno-transfer', { isGuided: true })).toContain(
    'Um 18.57 Uhr müssen Sie wieder da sein: dann sehen Sie in Connect Online nach',
  );
});

it('in the second wait it says who set Storno', () => {
  const steps = [{ name: 'set-storno', state: 'by-hand' }] as unknown as CancellationStatus['steps'];
  expect(notes('wait-for-storno-transfer', { isGuided: true, steps })).toContain(
    'Den Storno haben Sie gespeichert.',
  );
  for (const changes of [{ isGuided: true }, { steps }, {}])
    expect(notes('wait-for-storno-transfer', changes)).toContain('Der Storno ist gespeichert.');
});

it('the first task of a house without a gateway says beforehand what the second one ends', () => {
  const attention = { code: 'person-step', task: {} as Task } as CancellationStatus['attention'];
  expect(notes('mark-titles', { state: 'needs-attention', isGuided: true, attention })).toContain(
    'Abbrechen können Sie nur, bis Absage Ihnen diese zweite Aufgabe zeigt',
  );
});

it('while Connect Online is looked at, it claims nothing of what stands there', () => {
  expect(notes('verify-channel', { state: 'running', waitEndsAt: null })).toBe(
    'Absage sieht in Connect Online nach, bis der Storno dort steht.',
  );
});

describe('a question says what happens if nobody answers it', () => {
  const asked = (code: FailureCode, changes: Partial<CancellationStatus> = {}) =>
    notes('set-storno', {
      state: 'needs-attention',
      attention: { code, task: null } as unknown as CancellationStatus['attention'],
      ...changes,
    });

  it('that Absage goes on by itself', () => {
    expect(asked('jet-unavailable')).toMatch(/^Wenn Sie nichts tun: Absage versucht es weiter/);
    expect(asked('saved-again-and-again')).toMatch(/^Wenn Sie nichts tun: Absage sieht weiter nach/);
  });

  it('or that it waits, and what that means until then', () => {
    expect(asked('marker-removed')).toContain('wird weiter verkauft.');
    expect(asked('right-not-granted', { pointOfNoReturnPassed: true })).toContain(
      'Ö-Ticket wird bis dahin nicht verständigt.',
    );
    expect(asked('event-changed', { state: 'aborting' })).toContain('nicht zurückgesetzt');
  });

  // Before the Storno this was said only where Absage waited for a person.
  it.each(['jet-unavailable', 'saved-again-and-again', 'person-step'] as const)(
    'that it is sold meanwhile, also when Absage goes on by itself: %s',
    (code) => {
      expect(asked(code)).toContain('Solange der Status Verkaufsfreigabe ist, wird weiter verkauft.');
    },
  );

  it('that it is sold until somebody has set Storno, though nothing can be aborted any more', () => {
    expect(asked('person-step', { pointOfNoReturnPassed: true })).toContain('wird weiter verkauft.');
  });
});

describe('a step that is tried again and again', () => {
  const tried = (step: StepName, changes: Partial<CancellationStatus> = {}) =>
    notesOfTries({
      ...({ state: 'running', step, steps: [], order: anInput().order } as unknown as CancellationStatus),
      attention: null,
      pointOfNoReturnPassed: false,
      ...changes,
    }).join(' ');

  it('says what becomes of it if nobody does anything, and that it is sold meanwhile', () => {
    expect(tried('set-storno')).toBe(
      'Wenn Sie nichts tun: Absage versucht es weiter und geht von selbst weiter, sobald es gelingt. Solange der Status Verkaufsfreigabe ist, wird weiter verkauft.',
    );
    expect(tried('grant-right', { pointOfNoReturnPassed: true })).not.toContain('verkauft');
  });

  it('leaves that to the wait, and to the look that is its ordinary course', () => {
    expect(tried('wait-for-title-transfer', { state: 'waiting' })).toBe('');
    expect(tried('verify-channel')).toBe('');
  });
});
