export const BARE_WORKFLOW = 'bareProcedure';
export const BARE_TASK_QUEUE = 'bench-bare';
