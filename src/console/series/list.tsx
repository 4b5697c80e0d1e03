import type { ListedSeries } from '../../cases/series-view';
import { shownName } from '../../domain/names';
import { progressSentence } from '../../domain/series-progress';
import { printable } from '../../domain/visible';
import { Sign } from '../components';
import { dayAndClock } from '../words';
import { seriesSign } from './words';

interface SeriesList {
  series: readonly ListedSeries[];
  /** In some house. */
  mayOrder: boolean;
  /** Address of the older ones; `null`: there are none. */
  older: string | null;
}

/** All series, the newest first. */
export function SeriesListPage({ series, mayOrder, older }: SeriesList) {
  return (
    <>
      <div class="head">
        <h1>Serien</h1>
        {mayOrder && (
          <a class="button" href="/absagen/neu">
            Vorstellungen auswählen
          </a>
        )}
      </div>
      <p class="quiet">Mehrere Vorstellungen, mit einer Entscheidung abgesagt.</p>
      <ul class="cases">
        {series.map(({ id, title, state, counts, order, orderedBy, orderedAt, links }) => (
          <li class="case" id={`serie-${id}`}>
            <a href={links.page}>
              <strong>{printable(title)}</strong>
              <span class="facts">{progressSentence(counts)}</span>
            </a>
            <span class="facts">
              {`${order.houses.join(', ')} · von ${shownName(orderedBy)}, ${dayAndClock(orderedAt)}`}
            </span>
            <Sign kind={state} {...seriesSign(state)} />
          </li>
        ))}
      </ul>
      <p class="none">
        Noch keine. In der Suche einer neuen Absage können Sie mehrere Vorstellungen auswählen.
      </p>
      {older && (
        <p>
          <a href={older}>Ältere anzeigen</a>
        </p>
      )}
    </>
  );
}
