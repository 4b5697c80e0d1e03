import {
  MASK_LABELS,
  READ_BACK_FIELDS,
  STEP_ROWS,
  type ConfirmableStep,
  type FieldKind,
  type FieldValues,
  type ReadBackField,
} from './vocabulary';
import type { EventSummary, RightPeriod, TextChange } from './case';
import { germanDate, isInstant, isLocalDate, toInstant, toMs } from './clock';
import { covers } from './decisions';
import { findMarker, stripMarker } from './marker';
import { hasReason } from './memo';
import { STORNO_WORD } from './status';
import { comparable, isSameText } from './text';
import type { Instant, LocalDate, MarkerStyle } from './types';
import { visible } from './visible';

/*
 * A step done by hand is believed only as far as a machine would be: the person says what the mask shows now, and
 * that is compared with what it should show.
 */

type KindOf<F extends ReadBackField> = (typeof READ_BACK_FIELDS)[F]['kind'];

/** Instants that a mask does not show are left out; texts that it does not have are `null`. */
type LeftOut<F extends ReadBackField> = F extends unknown
  ? KindOf<F> extends 'optional-instant'
    ? F
    : never
  : never;

type Read<F extends ReadBackField> = { [N in Exclude<F, LeftOut<F>>]: FieldValues[KindOf<N>] } & {
  [N in LeftOut<F>]?: FieldValues[KindOf<N>];
};

/** What the mask shows after a step, as a person reads it. */
export type ReadBacks = { [S in ConfirmableStep]: Read<(typeof STEP_ROWS)[S]['readBack'][number]> };

export type ReadBack = ReadBacks[ConfirmableStep];

/** A step with what its mask shows. */
export type ConfirmedStep = { [S in ConfirmableStep]: { step: S; readBack: ReadBacks[S] } }[ConfirmableStep];

/** What a read-back is compared with. */
export interface Expectation {
  event: EventSummary;
  right: RightPeriod;
  reason: string;
  marker: MarkerStyle;
  /** The texts are being restored: the originals are expected. */
  isAborting: boolean;
  /** Nothing that proves the Storno can have happened before. */
  beganAt: Instant;
  now: Instant;
}

/** Clocks of people and masks show minutes, and may be a little ahead. */
const CLOCK_TOLERANCE_MS = 2 * 60_000;

const EPOCH = toInstant(0);

/** Why a read-back does not show the step done: what was expected and what was read, in German, or `null`. */
export function readBackFault(
  step: ConfirmableStep,
  readBack: unknown,
  expectation: Expectation,
): string | null {
  if (!hasShape(step, readBack)) return 'Die Angaben aus der Maske sind unvollständig.';
  return CHECKS[step](readBack as never, expectation);
}

type Check<S extends ConfirmableStep> = (readBack: ReadBacks[S], expectation: Expectation) => string | null;

const CHECKS: { [S in ConfirmableStep]: Check<S> } = {
  'mark-titles': (readBack, expectation) => {
    const { event, isAborting, marker } = expectation;
    return (
      titleFault(MASK_LABELS.title, readBack.title, event.title, marker, isAborting) ??
      titleFault(
        MASK_LABELS.customerTitle,
        readBack.customerTitle,
        event.customerTitle,
        marker,
        isAborting,
      ) ??
      memoFault(readBack.externalMemo, expectation)
    );
  },
  'set-storno': ({ status, title }, { event, marker }) =>
    statusFault(status) ?? titleFault(MASK_LABELS.title, title, event.title, marker, false),
  'verify-channel': ({ status, transferredAt }, { event, beganAt, now }) => {
    // An event that was Storno before the case may have been transferred before it, too.
    const from = event.statusText === STORNO_WORD ? EPOCH : beganAt;
    return (
      statusFault(status) ??
      (transferredAt === undefined ? null : instantFault('Übertragen', transferredAt, from, now))
    );
  },
  'grant-right': (period, { right }) => {
    const isCovered = covers({ ...period, user: '', eventNumber: '' }, right);
    return isCovered
      ? null
      : difference(
          'Gültigkeit',
          days(right.validFrom, right.validUntil),
          days(period.validFrom, period.validUntil),
        );
  },
  'notify-partner': ({ sentAt }, { beganAt, now }) => instantFault('Gesendet', sentAt, beganAt, now),
};

/*
 * What is accepted where a mask holds less than Absage asks for. The task says it before, and the refusal once more to
 * whoever could not know where the mask cuts.
 */
const CUT_TITLE =
  'Schneidet die Maske ab, bitte den Titel selbst mit „…“ kürzen und den Zusatz ganz stehen lassen: so wird er angenommen.';
const CUT_MEMO =
  'Schneidet die Maske ab: der Hinweis muss ganz dastehen, vom bisherigen Text darunter darf etwas fehlen. Passt der Hinweis nicht ganz hinein, bitte die Absage abbrechen und mit einem kürzeren Hinweis neu beauftragen.';

/** A title that the mask has cut, with the marker whole, is as good as ours. */
function titleFault(
  label: string,
  shown: string | null,
  { before, after }: TextChange,
  style: MarkerStyle,
  isAborting: boolean,
): string | null {
  const expected = isAborting ? before : after;
  if (isSameText(shown, expected)) return null;
  const isShortened =
    !isAborting &&
    shown !== null &&
    findMarker(shown, style) !== null &&
    comparable(before).startsWith(stripMarker(shown, style).replace(/\s*…$/, '')) &&
    stripMarker(shown, style).replace(/\s*…$/, '') !== '';
  if (isShortened) return null;
  const fault = difference(label, expected, shown);
  return !isAborting && !isSameText(shown, before) && isCut(shown, expected)
    ? `${fault} ${CUT_TITLE}`
    : fault;
}

function memoFault(shown: string | null, { event, reason, isAborting }: Expectation): string | null {
  const { before, after } = event.externalMemo;
  const expected = isAborting ? before : after;
  if (isSameText(trimmed(shown), trimmed(expected))) return null;
  if (!isAborting && hasReason(shown, reason)) return null;
  const fault = difference(MASK_LABELS.externalMemo, expected, shown);
  return !isAborting && isCut(shown, expected) ? `${fault} ${CUT_MEMO}` : fault;
}

/** The mask has taken the beginning of a text and no more. */
function isCut(shown: string | null, expected: string | null): boolean {
  const kept = comparable(shown).trim();
  return kept !== '' && comparable(expected).trim().startsWith(kept);
}

function statusFault(status: string): string | null {
  return status === STORNO_WORD ? null : difference(MASK_LABELS.status, STORNO_WORD, status);
}

function instantFault(label: string, instant: Instant, beganAt: Instant, now: Instant): string | null {
  const minute = 60_000;
  if (toMs(instant) > toMs(now) + CLOCK_TOLERANCE_MS) return `${label}: der Zeitpunkt liegt in der Zukunft.`;
  const isOlder = toMs(instant) < Math.floor(toMs(beganAt) / minute) * minute;
  return isOlder ? `${label}: der Zeitpunkt liegt vor dem Beginn dieser Absage.` : null;
}

function difference(label: string, expected: string | null, found: string | null): string {
  const [wanted, read] = [expected, found].map((text) => visible(text ?? ''));
  return `${label}: erwartet „${wanted}“, gelesen „${read}“.`;
}

function days(from: LocalDate, until: LocalDate): string {
  return `${germanDate(from)} bis ${germanDate(until)}`;
}

/** What a mask does to blanks at the ends is not a difference. */
function trimmed(text: string | null): string {
  return (text ?? '').trim();
}

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || value === undefined || isText(value);
const isDay = (value: unknown) => isText(value) && isLocalDate(value as string);
const isMoment = (value: unknown) => isText(value) && isInstant(value as string);

const SHAPES: Record<FieldKind, (value: unknown) => boolean> = {
  text: isText,
  'optional-text': isTextOrNull,
  'optional-lines': isTextOrNull,
  status: isText,
  day: isDay,
  instant: isMoment,
  'optional-instant': (value) => value === undefined || isMoment(value),
};

function hasShape(step: ConfirmableStep, readBack: unknown): boolean {
  if (typeof readBack !== 'object' || readBack === null) return false;
  const isRight = (field: ReadBackField) =>
    SHAPES[READ_BACK_FIELDS[field].kind]((readBack as Record<string, unknown>)[field]);
  return STEP_ROWS[step].readBack.every(isRight);
}
