import { exactTime } from '../domain/clock';
import { movedText } from '../domain/conflicts';
import type { JournalEntry } from '../domain/journal';
import type { CaseLines } from '../domain/lines';
import { lossText, statusLosses, wasOnSale } from '../domain/lost-status';
import { changesIn, changesOf, changeTexts, performanceOf } from '../domain/performance';
import { lastRead } from '../domain/storno-lines';
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
const SET_BY_OTHERS = 'Der Status war schon Storno: nicht von Absage gesetzt.';

function lookTexts(lines: CaseLines, line: JournalEntry): string[] {
  if (line.operation !== 'read-event') return [];
  const changes = changesIn(lines, line.seq).map(movedText);
  if (line.outcome === 'gone') return ['Die Veranstaltung gab es in Jet nicht mehr.'];
  if (line.outcome === 'not-storno')
    return [`Der Status war „${visible(line.after.status)}“, nicht mehr Storno.`, ...changes];
  return line.outcome === 'storno-again' ? ['Der Status war wieder Storno.', ...changes] : changes;
}

function toAct(line: JournalEntry, text: string): ProtocolOutsideAct {
  const { readAt = line.at } = Object(line.after) as { readAt?: string };
  return { readAt, text, line: line.seq };
}
