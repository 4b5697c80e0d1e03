import { isUnprovable } from './evidence';
import { failureRow, STATUS_SEEN, type FailureCode } from './failures';
import { isOfPerformance, type Choice, type FieldConflict } from './vocabulary';

const CHOICE_TEXTS: Record<Choice, string> = {
  'mark-again': 'Zusatz und Hinweis noch einmal anbringen. Danach wird wieder gewartet.',
  'keep-theirs': 'Den Text behalten, der jetzt in Jet steht.',
  'write-original': 'Den ursprünglichen Text zurückschreiben.',
  adopt: 'Ö-Ticket verkauft nicht mehr, ich habe selbst nachgesehen: den Storno als übertragen ansehen.',
  'send-again': 'Die E-Mail noch einmal senden.',
  'treat-as-sent': 'Die E-Mail ist angekommen.',
  'shows-provisioned': 'In Jet steht der Status Bereitstellung.',
  'shows-closed': 'In Jet steht der Status Abschluss.',
  'shows-other-status':
    'In Jet steht ein anderer Status, der hier nicht stehen darf. Welcher, steht in meiner Begründung.',
  'shows-expected-status':
    'In Jet steht wieder der Status, der hier stehen muss, ich habe selbst nachgesehen: die Aufgabe noch einmal zeigen.',
};

/** What people read as the choice. */
export function choiceText(choice: Choice): string {
  return CHOICE_TEXTS[choice];
}

/** What the choices of a failure depend on, beside its row. */
export interface ChoiceSituation {
  isAborting: boolean;
  /** Somebody else has set Storno: what Connect Online shows of it may prove nothing. */
  isStornoAdopted: boolean;
  /** Where a person's text and ours disagree. A date or a place that has changed is not for us to decide. */
  conflicts: readonly FieldConflict[];
  /** What exactly was seen: see `ChannelSituation`. */
  situation?: string | null;
}

export interface OfferedChoice {
  choice: Choice;
  text: string;
}

/** The choices that fit the moment. */
export function choicesFor(code: FailureCode, situation: ChoiceSituation): OfferedChoice[] {
  const hasConflict = situation.conflicts.some(({ field }) => !isOfPerformance(field));
  const isStatusChanged = situation.conflicts.some(({ field }) => field === 'status');
  const fits: Record<Choice, boolean> = {
    'mark-again': !situation.isAborting,
    'keep-theirs': hasConflict,
    'write-original': hasConflict && situation.isAborting && !isStatusChanged,
    adopt: situation.isStornoAdopted || isUnprovable(situation.situation ?? null),
    'send-again': true,
    'treat-as-sent': true,
    'shows-provisioned': !situation.isAborting,
    'shows-closed': !situation.isAborting,
    'shows-other-status': !situation.isAborting,
    'shows-expected-status': situation.situation === STATUS_SEEN,
  };
  const choices = failureRow(code).choices ?? [];
  return choices.filter((choice) => fits[choice]).map((choice) => ({ choice, text: CHOICE_TEXTS[choice] }));
}

export function isChoice(text: unknown): text is Choice {
  return typeof text === 'string' && Object.hasOwn(CHOICE_TEXTS, text);
}
