import { exactTime } from '../../domain/clock';
import type { JournalEntry } from '../../domain/journal';
import { STATE_ROWS, type CaseEnd } from '../../domain/vocabulary';
import { shownName } from '../../domain/names';
import { KIND_LABELS, operationLabel, outcomeText } from '../../protocol/wording';

/** What a line came to, in words. */
function outcomeWords(kind: JournalEntry['kind'], outcome: string | null): string {
  if (outcome === null) return '';
  if (kind === 'opening') return 'Alles bereit';
  if (kind === 'refusal') return 'nicht begonnen';
  if (kind === 'end') return STATE_ROWS[outcome as CaseEnd].label;
  return READ_AGAIN[outcome] ?? outcomeText(outcome);
}

/** What looks at the event show after its Storno. */
const READ_AGAIN: Readonly<Record<string, string>> = {
  'not-storno': 'Status ist nicht mehr Storno',
  'storno-again': 'Status ist wieder Storno',
  gone: 'Veranstaltung nicht gefunden',
};

/** Every line of the case's journal. */
export function JournalTable({ entries }: { entries: readonly JournalEntry[] }) {
  return (
    <section id="logbuch" class="sheet">
      <details id="logbuch-zeilen">
        <summary>{`Logbuch (${entries.length === 1 ? '1 Zeile' : `${entries.length} Zeilen`})`}</summary>
        <div class="scroll" tabindex={0} role="region" aria-label="Logbuch">
          <table>
            <thead>
              <tr>
                {['Nr.', 'Zeit', 'Art', 'Was', 'Ergebnis', 'Wer'].map((name) => (
                  <th scope="col">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map(({ seq, at, kind, operation, outcome, actor }) => (
                <tr>
                  <td>{seq}</td>
                  <td>{exactTime(at)}</td>
                  <td>{KIND_LABELS[kind]}</td>
                  <td>{operationLabel(operation)}</td>
                  <td>{outcomeWords(kind, outcome)}</td>
                  <td>{shownName(actor)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}
