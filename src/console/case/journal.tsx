import { exactTime } from '../../domain/clock';
import { STEP_LABELS } from '../../domain/wording';
import type { JournalEntry } from '../../domain/journal';
import { KIND_LABELS } from '../../protocol/wording';

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
                {['Nr.', 'Zeit', 'Was', 'Schritt', 'Ergebnis', 'Wer'].map((name) => (
                  <th scope="col">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map(({ seq, at, kind, step, outcome, actor }) => (
                <tr>
                  <td>{seq}</td>
                  <td>{exactTime(at)}</td>
                  <td>{KIND_LABELS[kind]}</td>
                  <td>{STEP_LABELS[step]}</td>
                  <td>{outcome ?? ''}</td>
                  <td>{actor}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}
