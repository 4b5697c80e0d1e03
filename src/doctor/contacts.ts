import { germanDate, viennaDate } from '../domain/clock';
import { isOverdue, retentionOf } from '../domain/contact';
import type { House, Instant } from '../domain/types';
import type { JournalInspection } from '../journal/inspection';
import type { KeptContact } from '../journal/port';
import { ERASER_SCHEDULE } from '../workflows/messages';
import { notChecked, ok, warning, type Verdict } from './check';

/** More than anybody reads; the oldest ones come first. */
const MOST_NAMED = 20;

/** Whether a contact can still be read that should have been erased. */
export function judgeContacts(
  inspection: JournalInspection,
  houses: ReadonlyMap<string, House> | null,
  now: Instant,
): Verdict {
  if (inspection.state === 'missing') return ok('Es gibt noch keine.');
  if (inspection.state !== 'readable') return notChecked('das Logbuch lässt sich nicht lesen');
  if (!houses) return notChecked('die Häuser sind nicht lesbar');
  const { kept } = inspection;
  const overdue = kept.filter((each) => isOverdue(each, retentionOf(houses, each.house), now));
  if (overdue.length === 0)
    return ok(`Lesbar sind die von ${countCases(kept.length)}, keine davon länger als vorgesehen.`);
  const more = overdue.length - MOST_NAMED;
  return {
    ...warning(
      `Noch lesbar, obwohl die Frist vorbei oder die Löschung verlangt ist, sind die von ${countCases(overdue.length)}. Bitte in Temporal den letzten Lauf des Zeitplans ${ERASER_SCHEDULE.scheduleId} ansehen, oder einzeln löschen: absage contact erase FALL --reason GRUND`,
    ),
    details: [...overdue.slice(0, MOST_NAMED).map(nameCase), ...(more > 0 ? [`und ${more} weitere`] : [])],
  };
}

function countCases(count: number): string {
  return count === 1 ? 'einer Absage' : `${count.toLocaleString('de-AT')} Absagen`;
}

function nameCase({ house, eventNumber, caseId, endedAt, wish }: KeptContact): string {
  const ended = endedAt === null ? '' : `, beendet am ${germanDate(viennaDate(endedAt))}`;
  return `${house} ${eventNumber} (${caseId})${ended}${wish ? ', Löschung verlangt' : ''}`;
}
