import { clockTime, toInstant } from '../domain/clock';

/** Said once, after the log-in: its issuer gives nothing to ask it with again, so that it ends although the person works on. */
export function ShortLogIn({ endsAtMs, next }: { endsAtMs: number; next: string }) {
  return (
    <>
      <h1>Sie sind angemeldet</h1>
      <p>
        {`Diese Anmeldung gilt bis ${clockTime(toInstant(endsAtMs))}, auch wenn Sie weiterarbeiten: die Anmeldestelle Ihres Hauses erlaubt nicht, sie zu verlängern.`}
      </p>
      <p class="buttons">
        <a class="button" href={next}>
          Weiter
        </a>
      </p>
    </>
  );
}
