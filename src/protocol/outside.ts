import { exactTime } from '../domain/clock';
import { movedText } from '../domain/conflicts';
import type { JournalEntry } from '../domain/journal';
import { versionAfter, type CaseLines } from '../domain/lines';
import { lossText, statusLosses, wasOnSale } from '../domain/lost-status';
import { changesIn, changesOf, changeTexts, performanceOf } from '../domain/performance';
import { isStornoKnown, lastRead } from '../domain/storno-lines';
import { visible } from '../domain/visible';
import type { ProtocolContent, ProtocolOutsideAct } from './document';
import { attemptAfterOthers } from './waits';

type Told = Pick<ProtocolContent, 'statusLosses' | 'performanceNow' | 'outsideActs'>;

/** What others did in Jet while the case went on. Where they did nothing the document has no such members. */
export function outsideOf(lines: CaseLines): Told {
  const losses = statusLosses(lines.entries).map((loss) => ({
    ...loss,
    isOnSale: wasOnSale(loss),
    text: lossText(loss, exactTime),
  }));
  const acts = outsideActs(lines);
  return {
    ...performanceNow(lines),
    ...(losses.length > 0 && { statusLosses: losses }),
    ...(acts.length > 0 && { outsideActs: acts }),
  };
}

function performanceNow(lines: CaseLines): Pick<Told, 'performanceNow'> {
  const { entries, opening } = lines;
  const changes = changesOf(lines);
  if (!changes || !opening) return {};
  const shown = performanceOf(opening, lastRead(entries));
  return { performanceNow: { ...shown, readAt: changes.readAt, texts: changeTexts(lines, exactTime) } };
}

/** Each thing that somebody else did, by the line that shows it. */
function outsideActs(lines: CaseLines): ProtocolOutsideAct[] {
  const saved = attemptAfterOthers(lines);
  return lines.entries.flatMap((line) => [
    ...(line === saved ? [toAct(line, SAVED)] : []),
    ...(line.operation === 'adopt-storno' && !lines.opening?.wasCancelledBefore
      ? [toAct(line, SET_BY_OTHERS)]
      : []),
    ...lookTexts(lines, line).map((text) => toAct(line, text)),
  ]);
}

const SAVED = 'Die Veranstaltung wurde in der Wartezeit noch einmal gespeichert.';
/** A save that shows nothing else: what was changed may have been changed back, the status too. */
const SAVED_AFTER_STORNO =
  'Die Veranstaltung wurde nach dem Storno noch einmal gespeichert. Was dazwischen galt, ist nicht bekannt.';
const SET_BY_OTHERS = 'Der Status war schon Storno: nicht von Absage gesetzt.';

function lookTexts(lines: CaseLines, line: JournalEntry): string[] {
  if (line.operation !== 'read-event') return [];
  const moved = changesIn(lines, line.seq).map(movedText);
  const changes = moved.length === 0 && isSavedUnseen(lines.entries, line) ? [SAVED_AFTER_STORNO] : moved;
  if (line.outcome === 'gone') return ['Die Veranstaltung gab es in Jet nicht mehr.'];
  if (line.outcome === 'not-storno')
    return [`Der Status war „${visible(line.after.status)}“, nicht mehr Storno.`, ...changes];
  return line.outcome === 'storno-again' ? ['Der Status war wieder Storno.', ...changes] : changes;
}

/** A look that shows Storno in another version than the line before it has left. */
function isSavedUnseen(entries: readonly JournalEntry[], look: JournalEntry): boolean {
  if (look.outcome !== 'storno') return false;
  const earlier = entries.filter(({ seq }) => seq < look.seq);
  const known = earlier.findLast(
    (line) => isStornoKnown(line) || (line.operation === 'read-event' && line.outcome !== 'by-hand'),
  );
  const version = known && versionAfter(known);
  return Boolean(version) && version !== versionAfter(look) && !mayBeRight(earlier, known, look);
}

/** In some Jet a right that is granted may be a save of the event. The step that grants it reads the event before. */
function mayBeRight(
  earlier: readonly JournalEntry[],
  known: JournalEntry | undefined,
  look: JournalEntry,
): boolean {
  const granted = earlier.findLast(({ operation }) => operation === 'grant-right');
  if (!granted) return false;
  if (look.step === 'grant-right') return granted.outcome !== 'ok';
  return granted.seq > (known?.seq ?? 0) || known?.step === 'grant-right';
}

function toAct(line: JournalEntry, text: string): ProtocolOutsideAct {
  const { readAt = line.at } = Object(line.after) as { readAt?: string };
  return { readAt, text, line: line.seq };
}
