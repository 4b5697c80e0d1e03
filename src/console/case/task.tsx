import type { Child } from 'hono/jsx';
import type { Task as ShownTask } from '../../domain/case';
import { visible, visibleToCompare } from '../../domain/visible';
import { areaText, Lines } from '../components';

/**
 * What a person does in place of Absage: the way to the mask, and what to enter there. `name` keeps the fields of two
 * tasks on one page apart. `children`: stands beneath the way to the mask.
 */
export function Task({
  task,
  name = 'feld',
  children,
}: {
  task: ShownTask;
  name?: string;
  children?: Child;
}) {
  return (
    <div class="task">
      {task.mask.length > 0 && (
        <ol class="mask" aria-label="Weg zur Maske">
          {task.mask.map((part) => (
            <li>{part}</li>
          ))}
        </ol>
      )}
      {children}
      <p>{task.instruction}</p>
      {task.fields.map(({ label, value }, index) => (
        <div class="copy">
          <label for={`${name}-${index}`}>{label}</label>
          {value === '' ? (
            <input id={`${name}-${index}`} value="" placeholder="(leer lassen)" readonly />
          ) : (
            <textarea id={`${name}-${index}`} rows={Math.min(6, value.split('\n').length)} readonly>
              {areaText(value)}
            </textarea>
          )}
          {value !== '' && (
            <button
              type="button"
              class="second js-only"
              data-copy={`${name}-${index}`}
              data-tells={`${name}-kopiert-${index}`}
            >
              <span class="hidden">{label} </span>
              Kopieren
            </button>
          )}
          <span id={`${name}-kopiert-${index}`} class="hint" role="status" />
          {visible(value) !== value && (
            <span class="hint">
              Darin steht, was man nicht sieht: <Lines text={visibleToCompare(value)} />
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
