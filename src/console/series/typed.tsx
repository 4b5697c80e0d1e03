import type { FieldError } from '../../cases/problems';
import type { CancellationView } from '../../cases/view';
import { alreadyRefusal } from '../../cases/holding-case';
import { performances } from '../../domain/series-progress';
import { withNextStep } from '../../domain/refusals';
import type { TaskContact } from '../../domain/types';
import { Csrf, Notice } from '../components';
import type { Draft } from '../forms';
import { CaseInTheWay, Obstacles } from '../obstacles';
import { Seen } from '../order-fields';
import { faultText } from '../words';
import { CHOICE, typedFormPath, type SeriesDraft } from './draft';

interface TypedForm {
  house: string;
  eventNumber: string;
  /** What was chosen so far; `null`: this is the first one. */
  series: SeriesDraft | null;
  fields: Draft;
  /** Some fields are those of the performance that was typed before. */
  isPrefilled: boolean;
  /** The case because of which nothing new can be ordered. */
  inTheWay: CancellationView | null;
  contacts: readonly TaskContact[];
  csrfToken: string;
  faults?: readonly FieldError[];
  /** Says that this was sent before, and not carried out. */
  lost?: string;
  /** Address of the practice masks; `null`: there are none. */
  masks?: string | null;
}

/** What a clerk of a house without a gateway sees of one performance of a series, in the words of the mask. */
export function TypedPage(form: TypedForm) {
  const { house, eventNumber, series, inTheWay, contacts, faults = [], lost, csrfToken, fields } = form;
  const others = (series?.items ?? []).filter(
    (item) => item.house !== house || item.eventNumber !== eventNumber,
  ).length;
  const nextNumber = `/absagen/neu?haus=${house}${series ? `&${CHOICE}=${series.id}` : ''}`;
  return (
    <>
      <h1>{`${house} ${eventNumber}: was steht in der Maske?`}</h1>
      <p class="quiet">
        {others > 0
          ? `Kommt zur gemeinsamen Absage von ${performances(others)} dazu. Es wird noch nichts geschrieben.`
          : 'Für eine gemeinsame Absage: danach geben Sie die nächste ein. Es wird noch nichts geschrieben.'}
      </p>
      {lost && <Notice kind="warning">{lost}</Notice>}
      {inTheWay ? (
        <>
          <Obstacles obstacles={[withNextStep(alreadyRefusal(inTheWay))]} contacts={contacts} />
          <CaseInTheWay view={inTheWay} />
          <p class="buttons">
            <a class="button second" href={nextNumber}>
              Andere Vorstellung
            </a>
          </p>
        </>
      ) : (
        <>
          {faults.length > 0 && (
            <Notice kind="error">
              <p>Bitte ergänzen oder ändern, es wurde nichts gemerkt:</p>
              <ul>
                {faults.map((fault) => (
                  <li>{faultText(fault)}</li>
                ))}
              </ul>
            </Notice>
          )}
          {form.isPrefilled && (
            <Notice kind="info">
              Beide Titel, Spielstätte, Spielort, Veranstalter und Produktion sind von der vorigen Vorstellung
              übernommen: bitte mit der Maske vergleichen. Status, Beginn und Memotext bitte ablesen.
            </Notice>
          )}
          <form class="sheet" method="post" action={typedFormPath(form)}>
            <Csrf token={csrfToken} />
            {series && <input type="hidden" name={CHOICE} value={series.id} />}
            <Seen {...{ house, eventNumber, masks: form.masks }} draft={fields} />
            <div class="buttons">
              <button type="submit" name="danach" value="weitere">
                Merken und nächste eingeben
              </button>
              <button type="submit" class="second" name="danach" value="fertig">
                Merken, das waren alle
              </button>
            </div>
          </form>
        </>
      )}
    </>
  );
}
