import { markTitle } from '../domain/marker';
import { addReason } from '../domain/memo';
import { STORNO_WORD } from '../domain/status';
import type { CancellationMarker, MarkerStyle, MaskLimits } from '../domain/types';
import { visible } from '../domain/visible';
import { areaText, Notice, type ShownEvent } from './components';
import type { Draft } from './forms';
import type { SingleEvent } from '../cases/events';
import { ORDER_REASON_LABEL, REASON_TEMPLATES } from './words';

/** `null`: nobody has read it. */
export type WordsEvent =
  (ShownEvent & Partial<Pick<SingleEvent, 'limits' | 'externalMemo' | 'refusals'>>) | null;

/* What a clerk chooses and writes for Ö-Ticket: the marker, each with an example, and the hint. */

const MARKER_HINTS: Record<CancellationMarker, { what: string; example: string }> = {
  ENTFÄLLT: {
    what: 'Nur dieser Termin fällt aus, das Stück wird weiter gespielt.',
    example: 'Heute streikt die Bühnentechnik, morgen wird wieder gespielt.',
  },
  ABGESAGT: {
    what: 'Die Veranstaltung findet gar nicht statt, auch an keinem anderen Tag.',
    example: 'ein einmaliges Konzert, oder der letzte Termin einer Reihe.',
  },
};

interface MarkerSettings {
  marker: CancellationMarker;
  style: MarkerStyle;
  /** As it stands in Jet; `null`: nobody has read it, or it will not be marked. */
  event: WordsEvent;
}

export function Marker({ marker, style, event }: MarkerSettings) {
  const { what, example } = MARKER_HINTS[marker];
  const marked = event && markTitle(event.title, marker, style, event.limits?.title ?? Infinity);
  return (
    <span>
      <strong>{marker}</strong> {what}
      <span class="hint example">{`Beispiel: ${example}`}</span>
      {marked && <span class="hint example">{`Im Titel: ${visible(marked)}`}</span>}
    </span>
  );
}

/** Longest reason that an order takes. */
const LONGEST_REASON = 2_000;

interface ReasonSettings {
  event: WordsEvent;
  draft: Draft;
  /** What a house without a gateway has said of its masks. */
  maskLimits: MaskLimits | null;
  /** Stands in several masks: whether it fits into each of them, the check says. */
  isForMany?: boolean;
}

/** The clerk's words for Ö-Ticket. How long they may be says the memo that they are put before. */
export function Reason({ event, draft, maskLimits, isForMany = false }: ReasonSettings) {
  const { limit, taken } = roomInMemo(event, maskLimits);
  const free = Math.min(LONGEST_REASON, limit - taken);
  return (
    <>
      <label for="reason">{ORDER_REASON_LABEL}</label>
      <p class="hint" id="reason-hint">
        {`${whereReasonStands(event)} Bitte keine Gesundheitsangaben zu Personen.`}
      </p>
      <textarea
        id="reason"
        name="reason"
        rows={4}
        maxlength={Math.max(1, free)}
        required
        aria-describedby="reason-hint reason-laenge"
      >
        {areaText(draft.reason ?? '')}
      </textarea>
      {free <= 0 ? (
        <Notice kind="warning">
          {`Im Externen Memotext ist kein Platz mehr (${taken} von ${limit} Zeichen). Bitte dort zuerst den alten Text kürzen.`}
        </Notice>
      ) : (
        <p class="counter" id="reason-laenge">
          {`Höchstens ${free} Zeichen`}
          {taken > 0 &&
            `: im Externen Memotext haben ${limit} Platz, der bisherige Text bleibt darunter stehen`}
          {isForMany
            ? '. Ob er in jede Maske passt, zeigt die Prüfung'
            : event === null && whatMaskHolds(maskLimits)}
          {'. '}
          <span
            class="js-only"
            data-counts="reason"
            data-limit={String(limit)}
            data-taken={String(taken)}
            data-above={event === null && maskLimits ? 'seen.externalMemo' : undefined}
          />
        </p>
      )}
      <p class="templates-title">Vorlagen</p>
      <ul class="templates">
        {REASON_TEMPLATES.map((text) => (
          <li>
            <span>{text}</span>
            <button type="button" class="second js-only" data-fill="reason" data-text={text}>
              Übernehmen
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Stands in no memo. */
const ANY_CHARACTER = '\uFFFC';

/** In a house without a gateway the old text stands in the same form, and nobody has counted it yet. */
function whatMaskHolds(maskLimits: MaskLimits | null): string {
  return maskLimits
    ? `: im Externen Memotext haben ${maskLimits.externalMemo} Platz, gemeinsam mit dem bisherigen Text`
    : '. Wie viele davon die Maske von Jet annimmt, ist Absage nicht bekannt: bitte vorher dort nachsehen';
}

/** The memo's limit, and how much of it the old text takes; without a memo that is written, only our own limit counts. */
function roomInMemo(event: WordsEvent, maskLimits: MaskLimits | null): { limit: number; taken: number } {
  if (event === null) return { limit: maskLimits?.externalMemo ?? LONGEST_REASON, taken: 0 };
  const { limits, externalMemo = null, status } = event;
  if (!limits || status === STORNO_WORD) return { limit: LONGEST_REASON, taken: 0 };
  // What stands before the old text: counted by the rule that saves it.
  return { limit: limits.externalMemo, taken: addReason(externalMemo, ANY_CHARACTER).length - 1 };
}

/** What the clerk writes goes into the memo only while something is written in Jet at all. */
function whereReasonStands(event: ShownEvent | null): string {
  if (event === null)
    return 'Steht in der E-Mail und, solange der Status noch nicht Storno ist, im Externen Memotext.';
  return event.status === STORNO_WORD
    ? 'Steht nur in der E-Mail: der Externe Memotext wird nicht mehr verändert.'
    : 'Steht im Externen Memotext und in der E-Mail.';
}
