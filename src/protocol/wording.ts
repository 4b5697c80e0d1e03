import type { EntryKind } from '../domain/line-content';
import { columnOf } from '../domain/rows';
import { ACTION_ROWS, EFFECT_ROWS, type Choice } from '../domain/vocabulary';
import type { ProtocolOutcome, ProtocolStep } from './document';

/** Stands on every page of what was only tried. */
export function rehearsalText({
  rehearsal,
  realJet,
}: {
  rehearsal: boolean;
  realJet?: boolean;
}): string | null {
  if (!rehearsal) return null;
  return realJet
    ? 'PROBEBETRIEB mit echtem Jet – die E-Mails gingen nicht an Ö-Ticket'
    : 'PROBEBETRIEB – nichts wurde übertragen';
}

export const HEADLINES: Record<ProtocolOutcome['state'], string> = {
  completed: 'Absage abgeschlossen',
  aborted: 'Absage abgebrochen',
  'closed-by-hand': 'Absage von Hand geschlossen',
  refused: 'Absage nicht begonnen',
  open: 'Absage noch nicht beendet',
};

export const STEP_STATES: Record<ProtocolStep['state'], string> = {
  done: 'erledigt',
  'by-hand': 'von Hand erledigt',
  waived: 'verzichtet',
  skipped: 'abgekürzt',
  'not-needed': 'nicht nötig',
  unclear: 'ungewiss',
  open: 'nicht erfolgt',
};

export const KIND_LABELS: Record<EntryKind, string> = {
  opening: 'Beginn',
  intent: 'Vorhaben',
  outcome: 'Ergebnis',
  evidence: 'Beleg',
  decision: 'Entscheidung',
  refusal: 'Ablehnung',
  end: 'Ende',
  task: 'Aufgabe',
};

const OPERATION_LABELS: Readonly<Record<string, string>> = {
  ...columnOf(EFFECT_ROWS, 'label'),
  ...columnOf(ACTION_ROWS, 'label'),
};

/** What is not named here is shown as it is written: a newer journal is no reason to say nothing. */
export function operationLabel(operation: string): string {
  return OPERATION_LABELS[operation] ?? operation;
}

/** The answers of people, as a finished thing. */
const CHOICE_ANSWERS: Record<Choice, string> = {
  'mark-again': 'Zusatz und Hinweis noch einmal anbringen',
  'keep-theirs': 'den Text behalten, der in Jet stand',
  'write-original': 'den ursprünglichen Text zurückschreiben',
  adopt: 'den Storno als übertragen ansehen; selbst nachgesehen',
  'send-again': 'die E-Mail noch einmal senden',
  'treat-as-sent': 'die E-Mail ist angekommen',
  'shows-provisioned': 'in Jet steht der Status Bereitstellung',
  'shows-closed': 'in Jet steht der Status Abschluss',
  'shows-other-status': 'in Jet steht ein anderer Status, siehe Begründung',
  'shows-expected-status': 'in Jet steht wieder der richtige Status; selbst nachgesehen',
};

export function choiceAnswer(choice: string): string {
  return (CHOICE_ANSWERS as Readonly<Record<string, string>>)[choice] ?? choice;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  ok: 'geschrieben, zurückgelesen: stimmt überein',
  found: 'beim Lesen schon so vorgefunden',
  differs: 'geschrieben, aber anders zurückgelesen',
  'by-hand': 'von Hand gemacht und bestätigt',
  accepted: 'vom Mailserver angenommen',
  refused: 'vom Mailserver abgelehnt',
  'not-sent': 'nicht gesendet',
  'in-doubt': 'ungewiss, ob angekommen',
  verified: 'Storno zweifelsfrei gesehen',
  adopted: 'von einer Person als übertragen angesehen',
  sighting: 'Storno gesehen; ein zweiter Blick muss es bestätigen',
  'sighting-lost': 'Storno wieder verschwunden: zählt nicht',
};

export function outcomeText(outcome: string | null): string {
  return outcome === null ? 'ohne eigenes Ergebnis' : (OUTCOMES[outcome] ?? outcome);
}
