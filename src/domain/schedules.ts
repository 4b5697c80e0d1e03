/** What a Temporal Schedule runs: a workflow that belongs to no case. */
export interface ScheduleName {
  /** The schedule's id, and how the ids of its runs begin. */
  scheduleId: string;
  /** How often it runs. */
  every: '1 minute' | '1 hour' | '1 day';
}

/** Looks for interrupted cases. */
export const RECONCILE_CANCELLATIONS = 'reconcileCancellations';
export const RECONCILER_SCHEDULE = {
  scheduleId: 'absage-reconcile-cancellations',
  every: '1 hour',
} as const satisfies ScheduleName;

/** Erases contacts whose time is over. */
export const ERASE_CONTACTS = 'eraseContacts';
export const ERASER_SCHEDULE = {
  scheduleId: 'absage-erase-contacts',
  every: '1 day',
} as const satisfies ScheduleName;

/** Watches the status of events that are Storno. One that was ended from outside begins again. */
export const WATCH_STATUS = 'watchStatus';
export const WATCH_SCHEDULE = {
  scheduleId: 'absage-watch-status',
  every: '1 minute',
} as const satisfies ScheduleName;

/** Whether a run may be one of a schedule: Temporal puts the time at which it was due behind the schedule's id. */
export function isRunOf({ scheduleId }: ScheduleName, workflowId: string): boolean {
  return workflowId.startsWith(`${scheduleId}-`);
}
