import type { Action } from './action-rows';
import type { Effect } from './operations';
import { keysOf } from './rows';

/*
 * The words that everything else is said in. What can be said of a step, an action, an effect or a field of a mask
 * stands in its row: see the tables below this file.
 */
export * from './action-rows';
export * from './masks';
export * from './operations';
export * from './steps';

/** What a line of the journal is about: an effect of Absage, or what a person did to the case. */
export type Operation = Effect | Action;

interface StateRow {
  /** On a badge and in lists. */
  label: string;
  /** As a sentence, in Temporal's Web UI. */
  sentence: string;
}

/** Where a case stands, as people see it. */
export const STATE_ROWS = {
  checking: { label: 'wird geprüft', sentence: 'Absage prüft die Veranstaltung.' },
  running: { label: 'läuft', sentence: 'Absage arbeitet.' },
  waiting: {
    label: 'wartet auf Ö-Ticket',
    sentence: 'Absage wartet, bis Ö-Ticket die Änderung übernommen hat.',
  },
  'needs-attention': { label: 'braucht Sie', sentence: 'Absage braucht Sie.' },
  'awaiting-approval': { label: 'wartet auf Freigabe', sentence: 'Absage wartet auf eine Freigabe.' },
  aborting: {
    label: 'wird abgebrochen',
    sentence: 'Die Absage wird abgebrochen, die Titel werden zurückgesetzt.',
  },
  aborted: { label: 'abgebrochen', sentence: 'Die Absage wurde abgebrochen.' },
  refused: {
    label: 'nicht begonnen',
    sentence: 'Die Absage wurde nicht begonnen. In Jet wurde nichts geschrieben.',
  },
  completed: { label: 'abgeschlossen', sentence: 'Die Absage ist abgeschlossen.' },
  'closed-by-hand': { label: 'von Hand geschlossen', sentence: 'Die Absage wurde von Hand geschlossen.' },
  interrupted: { label: 'unterbrochen', sentence: 'Die Absage wurde unterbrochen.' },
} as const satisfies Record<string, StateRow>;

export type CaseState = keyof typeof STATE_ROWS;
export const CASE_STATES: readonly CaseState[] = keysOf(STATE_ROWS);

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

/** What a person can decide when the run cannot know it. */
export const CHOICES = [
  'mark-again',
  'keep-theirs',
  'write-original',
  'adopt',
  'send-again',
  'treat-as-sent',
  'shows-provisioned',
  'shows-closed',
  'shows-other-status',
  'shows-expected-status',
] as const;
export type Choice = (typeof CHOICES)[number];

/** The three texts of an event that a cancellation changes, in the order of the mask: the keys of `Announcement`. */
export const ANNOUNCEMENT_FIELDS = ['title', 'customerTitle', 'externalMemo'] as const;

/**
 * What makes an event this performance and no other. A case that has written nothing irrevocable stops where one of them
 * changes.
 */
export const PERFORMANCE_FIELDS = ['startsAt', 'venue', 'location', 'organiser', 'house'] as const;
export type PerformanceField = (typeof PERFORMANCE_FIELDS)[number];

export function isOfPerformance(field: string): field is PerformanceField {
  return (PERFORMANCE_FIELDS as readonly string[]).includes(field);
}

/** What of an event can make a plan another one. */
export const PLAN_FIELDS = [
  ...ANNOUNCEMENT_FIELDS,
  ...(['startsAt', 'venue', 'location', 'organiser', 'production', 'statusText'] as const),
] as const;
export type PlanField = (typeof PLAN_FIELDS)[number];

/** One value of the mask as it was, as we would have it, and as it stands there now. */
export interface FieldConflict {
  field: (typeof ANNOUNCEMENT_FIELDS)[number] | 'status' | PerformanceField;
  before: string | null;
  ours: string | null;
  now: string | null;
}
