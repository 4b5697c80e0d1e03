import { casePage } from '../domain/addresses';
import { PROBLEMS, type Problem } from '../cases/problems';
import { Notice } from './components';
import { faultText } from './words';

interface ProblemPage {
  problem: Problem;
  /** It answers a form. */
  isSent: boolean;
  /** For all that is known, the person may order somewhere. */
  mayOrder: boolean;
}

/** The error page: what went wrong, whether anything was written, and where to go on. */
export function ProblemPage({ problem, isSent, mayOrder }: ProblemPage) {
  const { code, status, detail, extra } = problem;
  const { cancellation, errors = [] } = extra;
  return (
    <>
      <h1>{PROBLEMS[code].title}</h1>
      <Notice kind="error">
        {detail && <p>{detail}</p>}
        {errors.length > 0 && (
          <ul>
            {errors.map((error) => (
              <li>{faultText(error)}</li>
            ))}
          </ul>
        )}
        <p>
          {status >= 500 && isSent
            ? 'Laufende Absagen gehen weiter. Ob noch etwas begonnen wurde, zeigt die Übersicht; noch einmal senden ist ungefährlich.'
            : `Es wurde nichts geschrieben.${status >= 500 ? ' Laufende Absagen gehen weiter. Bitte in ein, zwei Minuten noch einmal versuchen.' : ''}`}
        </p>
      </Notice>
      <p class="links">
        {cancellation && <a href={casePage(cancellation)}>Zur bestehenden Absage</a>}
        <a href="/">Zur Übersicht</a>
        {mayOrder && <a href="/absagen/neu">Neue Absage</a>}
      </p>
    </>
  );
}
