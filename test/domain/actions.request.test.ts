import { requestFault, type ActionDetails, type ActionSituation } from '../../src/domain/actions';
import { type Action } from '../../src/domain/vocabulary';
import { ACTION_TEXTS, anotherStepText } from '../../src/domain/wording';
import { claimed, SAVED_AT, situation, stuckAt, waiting } from '../support/action-situations';

describe('requestFault', () => {
  const skip = { step: 'wait-for-title-transfer', savedAt: SAVED_AT, titlesVisibleAtPartner: true };
  const secondWait = { ...waiting, step: 'wait-for-storno-transfer', ...claimed } as const;
  const stuck = stuckAt('grant-right', 'right-not-granted', claimed);
  const asked = stuckAt('set-storno', 'marker-removed');

  it.each<[Action, string, ActionDetails, ActionSituation]>([
    ['skip-wait', 'of exactly this save', skip, waiting],
    ['skip-wait', 'of this save in another zone', { ...skip, savedAt: '2026-11-24T19:02:00+01:00' }, waiting],
    [
      'skip-wait',
      'of the second wait, without a look at the titles',
      { step: secondWait.step, savedAt: SAVED_AT },
      secondWait,
    ],
    ['confirm-step', 'of the step that is stuck', { step: 'grant-right' }, stuck],
    ['waive-step', 'of the step that is stuck', { step: 'grant-right' }, stuck],
    ['decide', 'this question', { attentionId: 'a1', choice: 'mark-again' }, asked],
    ['retry', 'of whatever is stuck', {}, stuck],
    ['close-by-hand', 'of a stuck run', {}, stuck],
    ['abort', 'at any time before Storno', {}, waiting],
    ['resume', 'of an interrupted case', {}, situation({ state: 'interrupted' })],
  ])('takes %s %s', (action, _what, details, given) => {
    expect(requestFault(action, details, given)).toBeNull();
  });

  it.each<[Action, string, ActionDetails, ActionSituation, string]>([
    [
      'skip-wait',
      'of another save',
      { ...skip, savedAt: '2026-11-24T18:02:00.001Z' },
      waiting,
      ACTION_TEXTS.anotherWait,
    ],
    [
      'skip-wait',
      'of another wait',
      { ...skip, step: 'wait-for-storno-transfer' },
      waiting,
      ACTION_TEXTS.anotherWait,
    ],
    [
      'skip-wait',
      'of a save that is no instant',
      { ...skip, savedAt: 'gerade eben' },
      waiting,
      ACTION_TEXTS.anotherWait,
    ],
    [
      'skip-wait',
      'of no save',
      { step: skip.step, titlesVisibleAtPartner: true },
      waiting,
      ACTION_TEXTS.anotherWait,
    ],
    [
      'skip-wait',
      'when nobody has seen the titles',
      { ...skip, titlesVisibleAtPartner: false },
      waiting,
      ACTION_TEXTS.titlesMustBeVisible,
    ],
    [
      'skip-wait',
      'when the titles are seen by a text instead of a yes',
      { ...skip, titlesVisibleAtPartner: 'true' },
      waiting,
      ACTION_TEXTS.titlesMustBeVisible,
    ],
    ['confirm-step', 'of another step', { step: 'notify-partner' }, stuck, anotherStepText(stuck.step)],
    ['confirm-step', 'of no step', {}, stuck, anotherStepText(stuck.step)],
    ['waive-step', 'of another step', { step: 'notify-partner' }, stuck, anotherStepText(stuck.step)],
    [
      'decide',
      'another question',
      { attentionId: 'a2', choice: 'mark-again' },
      asked,
      ACTION_TEXTS.anotherAttention,
    ],
    [
      'decide',
      'with what is not offered',
      { attentionId: 'a1', choice: 'adopt' },
      asked,
      ACTION_TEXTS.anotherAttention,
    ],
    ['decide', 'with nothing', { attentionId: 'a1' }, asked, ACTION_TEXTS.anotherAttention],
    [
      'decide',
      'a list',
      { attentionId: ['a1'], choice: ['mark-again'] },
      asked,
      ACTION_TEXTS.anotherAttention,
    ],
  ])('refuses %s %s', (action, _what, details, given, sentence) => {
    expect(requestFault(action, details, given)).toBe(sentence);
  });

  it.each([null, 7, true, 'x', [], {}, undefined])('bears %j in the place of every detail', (junk) => {
    const details = {
      step: junk,
      savedAt: junk,
      titlesVisibleAtPartner: junk,
      attentionId: junk,
      choice: junk,
    };
    for (const given of [waiting, secondWait, stuck, asked, situation()]) {
      for (const action of ['skip-wait', 'confirm-step', 'waive-step', 'decide'] as const) {
        expect(requestFault(action, details, given)).toMatch(/^\S.*\.$/);
      }
    }
  });
});
