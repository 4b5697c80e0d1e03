import { dayAndTime } from '../domain/clock';
import { shownName } from '../domain/names';
import { onOneLine } from '../domain/text';
import { isOff } from '../domain/writes';
import type { JournalInspection } from '../journal/inspection';
import { notChecked, ok, warning, type Verdict } from './check';

/** Whether somebody has switched the writes off, and may have forgotten it. */
export function judgeWrites(inspection: JournalInspection): Verdict {
  if (inspection.state === 'missing') return ok('Eingeschaltet.');
  if (inspection.state !== 'readable') return notChecked('das Logbuch lässt sich nicht lesen');
  const { writes } = inspection;
  if (!writes) return notChecked('die Zeile, die es sagt, lässt sich nicht lesen');
  if (!isOff(writes)) return ok('Eingeschaltet.');
  const { since, by, reason } = writes;
  return warning(
    `Abgeschaltet seit ${dayAndTime(since)} von ${onOneLine(shownName(by))}: „${onOneLine(reason)}“. Wieder einschalten: absage writes on --reason GRUND`,
  );
}
