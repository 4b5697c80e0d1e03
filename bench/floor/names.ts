export const FLOOR_WORKFLOW = 'sameEffects';
export const FLOOR_TASK_QUEUE = 'bench-floor';
/** For what calls Jet, as ours: Temporal never hands such an activity over together with the workflow task. */
export const FLOOR_JET_TASK_QUEUE = 'bench-floor-jet';
