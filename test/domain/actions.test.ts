import { actionFault, allowedActions, requestFault, type ActionSituation } from '../../src/domain/actions';
import { isConfirmable } from '../../src/domain/vocabulary';
import { CONFIRMABLE_STEPS } from '../../src/domain/vocabulary';
import { type Action } from '../../src/domain/vocabulary';
import { ACTIONS } from '../../src/domain/vocabulary';
import { type CaseState } from '../../src/domain/vocabulary';
import { type StepName } from '../../src/domain/vocabulary';
import { STEPS } from '../../src/domain/vocabulary';
import { choicesFor } from '../../src/domain/choices';
import { FAILURES, STATUS_SEEN, type FailureCode } from '../../src/domain/failures';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { aborting, claimed, situation, stuckAt, waiting } from '../support/action-situations';

const CODES = Object.keys(FAILURES) as FailureCode[];
const ENDED: CaseState[] = ['aborted', 'refused', 'completed', 'closed-by-hand'];

describe('allowedActions', () => {
  it.each<[string, ActionSituation, Action[]]>([
    ['while it is checked', situation({ state: 'checking', step: 'check' }), ['abort', 'retry']],
    ['while a step runs before Storno', situation(), ['abort', 'retry']],
    ['while Storno is being set', situation({ step: 'set-storno' }), ['abort', 'retry']],
    ['in the first wait', waiting, ['abort', 'skip-wait']],
    ['in the second wait', { ...waiting, step: 'wait-for-storno-transfer', ...claimed }, ['skip-wait']],
    ['while Connect Online is looked at', situation({ step: 'verify-channel', ...claimed }), ['retry']],
    ['while it is aborted', situation(aborting), ['retry']],
    ['in a wait whose abort was accepted', { ...waiting, isAbortAccepted: true }, []],
    ['when a run was ended from outside', situation({ state: 'interrupted' }), ['resume']],
    ...ENDED.map((state): [string, ActionSituation, Action[]] => [
      `when it is ${state}`,
      situation({ state, step: 'report' }),
      [],
    ]),
  ])('%s', (_when, given, expected) => {
    expect(allowedActions(given)).toEqual(expected);
  });

  it.each<[FailureCode, StepName, Partial<ActionSituation>, Action[]]>([
    ['jet-unavailable', 'check', {}, ['abort', 'retry']],
    ['jet-unavailable', 'mark-titles', {}, ['abort', 'retry', 'confirm-step']],
    ['jet-unavailable', 'set-storno', {}, ['abort', 'retry', 'confirm-step']],
    ['jet-unavailable', 'set-storno', claimed, ['retry', 'confirm-step', 'close-by-hand']],
    ['jet-unavailable', 'grant-right', claimed, ['retry', 'confirm-step', 'waive-step', 'close-by-hand']],
    ['jet-unavailable', 'mark-titles', aborting, ['retry', 'close-by-hand']],
    ['event-changed', 'mark-titles', {}, ['abort', 'retry', 'decide']],
    ['event-changed', 'mark-titles', aborting, ['retry', 'decide', 'close-by-hand']],
    ['event-deleted', 'set-storno', claimed, ['retry', 'close-by-hand']],
    ['marker-removed', 'set-storno', {}, ['abort', 'retry', 'decide']],
    ['status-not-cancellable', 'set-storno', {}, ['abort', 'retry']],
    ['status-not-cancellable', 'set-storno', claimed, ['retry', 'close-by-hand']],
    ['interval-too-short', 'set-storno', {}, ['abort']],
    [
      'channel-not-showing-storno',
      'verify-channel',
      claimed,
      ['retry', 'confirm-step', 'decide', 'close-by-hand'],
    ],
    ['channel-unavailable', 'verify-channel', claimed, ['retry', 'confirm-step', 'close-by-hand']],
    ['right-not-granted', 'grant-right', claimed, ['retry', 'confirm-step', 'waive-step', 'close-by-hand']],
    ['mail-refused', 'notify-partner', claimed, ['retry', 'confirm-step', 'waive-step', 'close-by-hand']],
    ['mail-in-doubt', 'notify-partner', claimed, ['confirm-step', 'waive-step', 'decide', 'close-by-hand']],
    ['journal-unavailable', 'mark-titles', {}, ['abort', 'retry']],
    ['journal-unavailable', 'report', claimed, ['retry']],
    ['journal-behind', 'mark-titles', {}, ['retry']],
    ['person-step', 'mark-titles', {}, ['abort', 'confirm-step', 'decide']],
    ['person-step', 'set-storno', claimed, ['confirm-step', 'decide', 'close-by-hand']],
    ['person-step', 'grant-right', claimed, ['confirm-step', 'waive-step', 'decide', 'close-by-hand']],
    ['person-step', 'mark-titles', aborting, ['confirm-step', 'close-by-hand']],
  ])('with %s at %s and %j', (code, step, changes, expected) => {
    expect(allowedActions(stuckAt(step, code, changes))).toEqual(expected);
  });

  it('with a status that a person has seen: only they can look again', () => {
    const given = { isAborting: false, isStornoAdopted: false, conflicts: [], situation: STATUS_SEEN };
    const code = 'status-not-cancellable';
    const seen = { attention: { id: 'a1', code, choices: choicesFor(code, given) } } as const;
    expect(allowedActions(stuckAt('mark-titles', code, seen))).toEqual(['abort', 'decide']);
    expect(allowedActions(stuckAt('set-storno', code, { ...seen, ...claimed }))).toEqual([
      'decide',
      'close-by-hand',
    ]);
  });

  it.each(CODES)('always leaves a way out of %s, at every step and before and after the claim', (code) => {
    for (const step of STEPS) {
      for (const changes of [{}, claimed, aborting]) {
        if (!isReachable(code, step, changes)) continue;
        expect([step, changes, allowedActions(stuckAt(step, code, changes))]).not.toEqual([
          step,
          changes,
          [],
        ]);
      }
    }
  });
});

/** Failures after Storno occur only once it is claimed, failures before it only without a claim. */
function isReachable(code: FailureCode, step: StepName, changes: Partial<ActionSituation>): boolean {
  if (code === 'interval-too-short') return step === 'set-storno' && changes !== aborting;
  if (changes === aborting) return step === 'mark-titles';
  const isAfter = STEPS.indexOf(step) > STEPS.indexOf('set-storno');
  return isAfter ? changes === claimed : step === 'set-storno' || changes !== claimed;
}

describe('actionFault', () => {
  it.each<[Action, string, ActionSituation, string]>([
    ['abort', 'after the first attempt to set Storno', situation(claimed), ACTION_TEXTS.abortTooLate],
    ['abort', 'twice', situation(aborting), ACTION_TEXTS.abortUnderWay],
    [
      'abort',
      'while the journal lacks lines',
      stuckAt('mark-titles', 'journal-behind'),
      ACTION_TEXTS.abortNeedsJournal,
    ],
    ['retry', 'in a wait', waiting, ACTION_TEXTS.nothingToRetry],
    ['retry', 'of a doubtful mail', stuckAt('notify-partner', 'mail-in-doubt'), ACTION_TEXTS.nothingToRetry],
    ['retry', "of a person's step", stuckAt('mark-titles', 'person-step'), ACTION_TEXTS.nothingToRetry],
    ['skip-wait', 'while nothing is waited for', situation(), ACTION_TEXTS.notWaiting],
    ['skip-wait', 'when an abort was accepted', { ...waiting, ...aborting }, ACTION_TEXTS.notWaiting],
    ['confirm-step', 'of a step that runs', situation(), ACTION_TEXTS.nothingToConfirm],
    ['confirm-step', 'of the check', stuckAt('check', 'jet-unavailable'), ACTION_TEXTS.nothingToConfirm],
    ['confirm-step', 'of the report', stuckAt('report', 'internal', claimed), ACTION_TEXTS.nothingToConfirm],
    [
      'confirm-step',
      'where the text is to be decided',
      stuckAt('mark-titles', 'event-changed'),
      ACTION_TEXTS.nothingToConfirm,
    ],
    [
      'confirm-step',
      'of a restore that Jet itself is read for',
      stuckAt('mark-titles', 'jet-unavailable', aborting),
      ACTION_TEXTS.nothingToConfirm,
    ],
    ['waive-step', 'of a step that runs', situation({ step: 'grant-right' }), ACTION_TEXTS.notWaivable],
    ['waive-step', 'of Storno', stuckAt('set-storno', 'jet-unavailable'), ACTION_TEXTS.notWaivable],
    ['waive-step', 'of the titles', stuckAt('mark-titles', 'person-step'), ACTION_TEXTS.notWaivable],
    [
      'waive-step',
      'of the look',
      stuckAt('verify-channel', 'person-step', claimed),
      ACTION_TEXTS.notWaivable,
    ],
    ['decide', 'without a question', situation(), ACTION_TEXTS.nothingToDecide],
    [
      'decide',
      'where no choice is offered',
      {
        ...stuckAt('mark-titles', 'event-changed'),
        attention: { id: 'a1', code: 'event-changed', choices: [] },
      },
      ACTION_TEXTS.nothingToDecide,
    ],
    [
      'close-by-hand',
      'before the first attempt to set Storno',
      stuckAt('set-storno', 'status-not-cancellable'),
      ACTION_TEXTS.notClosable,
    ],
    ['close-by-hand', 'of a run that goes on', situation(claimed), ACTION_TEXTS.notClosable],
    ['resume', 'of an open run', situation(), ACTION_TEXTS.notInterrupted],
    ['resume', 'of an ended run', situation({ state: 'completed' }), ACTION_TEXTS.notInterrupted],
  ])('refuses %s %s', (action, _when, given, sentence) => {
    expect(actionFault(action, given)).toBe(sentence);
    expect(requestFault(action, { step: given.step }, given)).toBe(sentence);
  });

  it.each(
    ENDED.flatMap((state) =>
      ACTIONS.filter((action) => action !== 'resume').map((action) => [action, state] as const),
    ),
  )('refuses %s when the case is %s', (action, state) => {
    expect(actionFault(action, situation({ state, step: 'report' }))).toBe(ACTION_TEXTS.ended);
  });

  it.each(ACTIONS.filter((action) => action !== 'resume'))('refuses %s of an interrupted case', (action) => {
    expect(actionFault(action, situation({ state: 'interrupted' }))).toBe(ACTION_TEXTS.interrupted);
  });

  it('says in a German sentence why', () => {
    for (const text of Object.values(ACTION_TEXTS)) expect(text).toMatch(/^\S.*\.$/);
  });
});

it('knows which steps a person can do in its place', () => {
  expect(STEPS.filter((step) => isConfirmable(step))).toEqual([...CONFIRMABLE_STEPS]);
});
