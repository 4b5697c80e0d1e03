import { clockTime, toInstant } from '../domain/clock';
import { Csrf } from './components';

/** The end of a log-in, as a page knows it. */
export interface Ending {
  endsAtMs: number;
  /** Whether it ends later when the person does something. */
  isExtendable: boolean;
  nowMs: number;
  /** The address of this page, to which the person comes back. */
  here: string;
}

const WARN_MS = 2 * 60_000;

export const STAY = '/angemeldet-bleiben';

/** In sight for the last two minutes. Without JavaScript as soon as the page is loaded in that time. */
export function SessionEnd({ ending, csrfToken }: { ending: Ending; csrfToken: string }) {
  const { endsAtMs, isExtendable, nowMs, here } = ending;
  const endsInMs = Math.max(0, endsAtMs - nowMs);
  const endsAt = toInstant(endsAtMs);
  const hint = isExtendable
    ? 'solange Sie nichts tun.'
    : 'länger geht es nicht: bitte senden Sie vorher ab, was Sie geschrieben haben.';
  return (
    <section
      class="session"
      id="sitzung"
      aria-label="Anmeldung"
      data-ends-in={String(endsInMs)}
      hidden={endsInMs > WARN_MS}
    >
      <p role="status" data-before>
        Ihre Anmeldung gilt <strong data-until={endsAt}>{`bis ${clockTime(endsAt)}`}</strong>, {hint}
      </p>
      {isExtendable && (
        <form method="post" action={STAY} data-before>
          <Csrf token={csrfToken} />
          <input type="hidden" name="seite" value={here} />
          <button type="submit">Angemeldet bleiben</button>
        </form>
      )}
      <p role="alert" data-after hidden>
        Ihre Anmeldung ist zu Ende. <a href={here}>Neu anmelden</a>
      </p>
    </section>
  );
}
