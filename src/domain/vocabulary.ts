/** The steps of the procedure, in their order. */
export const STEPS = [
  'check',
  'mark-titles',
  'wait-for-title-transfer',
  'set-storno',
  'wait-for-storno-transfer',
  'verify-channel',
  'grant-right',
  'notify-partner',
  'report',
] as const;
export type StepName = (typeof STEPS)[number];

/** Where a case stands, as people are told it. */
export const CASE_STATES = [
  'checking',
  'running',
  'waiting',
  'needs-attention',
  'awaiting-approval',
  'aborting',
  'aborted',
  'refused',
  'completed',
  'closed-by-hand',
  'interrupted',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** How a case ends, as the journal writes it. */
export type CaseEnd = Extract<CaseState, 'aborted' | 'refused' | 'completed' | 'closed-by-hand'>;
const ENDS: readonly CaseState[] = [
  'aborted',
  'refused',
  'completed',
  'closed-by-hand',
] satisfies readonly CaseEnd[];

/** Whether nothing more is to come. */
export function isEnd(state: CaseState): state is CaseEnd {
  return ENDS.includes(state);
}

/** What people can do to a case: the last part of the action's path in the API. */
export const ACTIONS = [
  'abort',
  'retry',
  'skip-wait',
  'confirm-step',
  'waive-step',
  'decide',
  'close-by-hand',
  'resume',
] as const;
export type Action = (typeof ACTIONS)[number];

/** The steps that may be left out: with a name and a reason, the rest of the procedure goes on. */
export const WAIVABLE_STEPS: readonly StepName[] = ['grant-right', 'notify-partner'];

/** The steps that a person can do in place of Absage. */
export const CONFIRMABLE_STEPS = [
  'mark-titles',
  'set-storno',
  'verify-channel',
  'grant-right',
  'notify-partner',
] as const satisfies readonly StepName[];
export type ConfirmableStep = (typeof CONFIRMABLE_STEPS)[number];
export function isConfirmable(step: StepName): step is ConfirmableStep {
  return (CONFIRMABLE_STEPS as readonly StepName[]).includes(step);
}

/** What a person can decide when the run cannot know it. */
export const CHOICES = [
  'mark-again',
  'keep-theirs',
  'write-original',
  'adopt',
  'send-again',
  'treat-as-sent',
] as const;
export type Choice = (typeof CHOICES)[number];

/** One text of the mask as it was, as we would have it, and as it stands there now. */
export interface FieldConflict {
  field: 'title' | 'customerTitle' | 'externalMemo' | 'status';
  before: string | null;
  ours: string | null;
  now: string | null;
}
