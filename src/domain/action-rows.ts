import type { HouseRole } from './roles';
import { keysOf } from './rows';
import { CONFIRMABLE_STEPS, WAIT_STEPS, WAIVABLE_STEPS, type StepName } from './steps';

/** What an action can name beside actor, reason and step. */
export type ActionDetail =
  'planHash' | 'savedAt' | 'titlesVisibleAtPartner' | 'attentionId' | 'choice' | 'readBack';

interface ActionRow {
  /** On screens, in mails and in Temporal's Web UI. */
  label: string;
  /** In a column of the journal on a terminal. */
  shortLabel: string;
  /** The least role that may do it. */
  role: HouseRole;
  /** As the beginning of a sentence: "… kann die Leitung". */
  deed: string;
  /** Temporal's update; `null`: no run is asked, because a new one is started. */
  update: string | null;
  /** It names one of these steps; `null`: none. */
  steps: readonly StepName[] | null;
  details: readonly ActionDetail[];
  /** What the form of Temporal's Web UI says about the JSON that it wants. */
  needs: string;
  /** What is so from now on, where the action was accepted. */
  accepted: string;
  /** The help of the command line. */
  help: string;
  /** In the API's document, in English. */
  summary: string;
}

const ACTOR_AND_REASON = 'Braucht actor und reason.';

/**
 * What people can do to a case. The key is the last part of the action's path in the API, the command of the command
 * line, and the operation of its line in the journal. Only a confirmed step is written under its effect; a confirmed
 * Storno has a line with the key before it, which is the claim.
 */
export const ACTION_ROWS = {
  abort: {
    label: 'Absage abbrechen und Titel zurücksetzen',
    shortLabel: 'Abbrechen',
    role: 'clerk',
    deed: 'Die Absage abbrechen',
    update: 'abort',
    steps: null,
    details: [],
    needs: ACTOR_AND_REASON,
    accepted:
      'Angenommen: Absage bricht ab und schreibt die ursprünglichen Texte zurück. Der Status bleibt, wie er ist.',
    help: 'Absage abbrechen und Titel zurücksetzen; nur vor dem Storno.',
    summary: 'Restore the titles; only before Storno',
  },
  retry: {
    label: 'Jetzt noch einmal versuchen',
    shortLabel: 'Erneut versuchen',
    role: 'clerk',
    deed: 'Es noch einmal versuchen',
    update: 'retryNow',
    steps: null,
    details: [],
    needs: ACTOR_AND_REASON,
    accepted: 'Angenommen: der Schritt wird jetzt noch einmal versucht.',
    help: 'Den aktuellen Schritt sofort noch einmal versuchen.',
    summary: 'Try the current step again now',
  },
  approve: {
    label: 'Absage freigeben',
    shortLabel: 'Freigeben',
    role: 'lead',
    deed: 'Die Absage freigeben',
    update: 'approve',
    steps: null,
    details: ['planHash'],
    needs: 'Braucht actor, reason und planHash (approval.planHash im Stand).',
    accepted: 'Angenommen: die Absage ist freigegeben und beginnt jetzt.',
    help: 'Eine Absage freigeben, die eine andere Person beauftragt hat.',
    summary: 'Approve exactly this plan; never by whoever ordered it',
  },
  reject: {
    label: 'Absage nicht freigeben',
    shortLabel: 'Nicht freigeben',
    role: 'lead',
    deed: 'Die Freigabe verweigern',
    update: 'reject',
    steps: null,
    details: [],
    needs: ACTOR_AND_REASON,
    accepted: 'Angenommen: die Absage wird nicht begonnen, in Jet wird nichts verändert.',
    help: 'Eine Absage nicht freigeben: sie wird nicht begonnen.',
    summary: 'Reject the plan: the case ends as refused, and nothing was written',
  },
  override: {
    label: 'Notfall: ohne Freigabe beginnen',
    shortLabel: 'Ohne Freigabe beginnen',
    role: 'lead',
    deed: 'Ohne Freigabe beginnen',
    update: 'override',
    steps: null,
    details: [],
    needs: ACTOR_AND_REASON,
    accepted:
      'Angenommen: die Absage beginnt ohne Freigabe. Alle, die freigeben dürfen, bekommen eine E-Mail.',
    help: 'Im Notfall ohne zweite Person beginnen; alle, die freigeben dürfen, erfahren es.',
    summary: 'Emergency: begin without a second person; told to everybody who could approve',
  },
  'skip-wait': {
    label: 'Wartezeit überspringen',
    shortLabel: 'Wartezeit überspringen',
    role: 'lead',
    deed: 'Die Wartezeit überspringen',
    update: 'skipWait',
    steps: WAIT_STEPS,
    details: ['savedAt', 'titlesVisibleAtPartner'],
    needs:
      'Braucht actor, reason, step und savedAt (waitSavedAt im Stand), bei der ersten Wartezeit auch titlesVisibleAtPartner: true.',
    accepted: 'Angenommen: die Wartezeit ist zu Ende.',
    help: 'Die laufende Wartezeit beenden.',
    summary: 'End the wait that counts from this save; written down with name and reason',
  },
  'confirm-step': {
    label: 'Schritt von Hand erledigt: bestätigen, was in der Maske steht',
    shortLabel: 'Von Hand bestätigen',
    role: 'clerk',
    deed: 'Den Schritt von Hand bestätigen',
    update: 'confirmStep',
    steps: CONFIRMABLE_STEPS,
    details: ['readBack'],
    needs: 'Braucht actor, reason, step und readBack: was in der Maske jetzt steht.',
    accepted: 'Angenommen: der Schritt ist von Hand erledigt.',
    help: 'Der Schritt ist von Hand erledigt: sagen, was jetzt in der Maske steht.',
    summary: 'The step was done by hand: what the mask shows now is compared like a read-back',
  },
  'waive-step': {
    label: 'Auf diesen Schritt verzichten',
    shortLabel: 'Verzichten',
    role: 'lead',
    deed: 'Auf diesen Schritt verzichten',
    update: 'waiveStep',
    steps: WAIVABLE_STEPS,
    details: [],
    needs: `Braucht actor, reason und step (${WAIVABLE_STEPS.join(' oder ')}).`,
    accepted: 'Angenommen: es geht ohne diesen Schritt weiter.',
    help: 'Auf Stornoberechtigung oder E-Mail verzichten und weitergehen.',
    summary: 'Go on without the right, or without the mail',
  },
  decide: {
    label: 'Entscheiden, was gelten soll',
    shortLabel: 'Entscheiden',
    role: 'clerk',
    deed: 'Die offene Frage entscheiden',
    update: 'decide',
    steps: null,
    details: ['attentionId', 'choice'],
    needs: 'Braucht actor, reason, attentionId und choice, beide aus der offenen Frage.',
    accepted: 'Angenommen: es gilt, was Sie entschieden haben.',
    help: 'Sagen, was gelten soll, wo Absage es nicht wissen kann.',
    summary: 'Answer the open attention with one of its choices',
  },
  'close-by-hand': {
    label: 'Absage von Hand schließen',
    shortLabel: 'Von Hand schließen',
    role: 'lead',
    deed: 'Die Absage von Hand schließen',
    update: 'closeByHand',
    steps: null,
    details: [],
    needs: ACTOR_AND_REASON,
    accepted: 'Angenommen: Absage kümmert sich um diesen Fall nicht mehr.',
    help: 'Von Hand schließen, was weder abgebrochen werden noch weitergehen kann.',
    summary: 'End a case that can neither be aborted nor go on; nothing is restored',
  },
  resume: {
    label: 'Unterbrochene Absage fortsetzen',
    shortLabel: 'Fortsetzen',
    role: 'clerk',
    deed: 'Die Absage fortsetzen',
    update: null,
    steps: null,
    details: [],
    needs: ACTOR_AND_REASON,
    accepted: 'Angenommen: die Absage geht weiter.',
    help: 'Eine unterbrochene Absage fortsetzen.',
    summary: 'Take an interrupted case up again, from what Jet and the journal show',
  },
} as const satisfies Record<string, ActionRow>;

export type Action = keyof typeof ACTION_ROWS;

type Rows = typeof ACTION_ROWS;
/** What is said to a request for an approval. */
export type ApprovalAction = Extract<Action, 'approve' | 'reject' | 'override'>;

/** What an open run can be asked: all but taking up a case that has no open run. */
export type RunAction = { [A in Action]: Rows[A]['update'] extends string ? A : never }[Action];

export const ACTIONS: readonly Action[] = keysOf(ACTION_ROWS);
export const RUN_ACTIONS = ACTIONS.filter((action) => ACTION_ROWS[action].update !== null) as RunAction[];

/** The row of an action, with the rows' common type. */
export function actionRow(action: Action): ActionRow {
  return ACTION_ROWS[action];
}
