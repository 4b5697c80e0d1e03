import { Csrf, Notice } from './components';
import { KEPT } from './turned-away';

interface LogInForm {
  csrfToken: string;
  isByToken: boolean;
  isWrong: boolean;
  /** A form was sent without a log-in: its text is kept, or gone. */
  lost: 'kept' | 'gone' | null;
  /** Names the kept form. */
  formId: string;
  hasCookies: boolean;
}

/** Production asks for a token of the API, a rehearsal for a name only. */
export function LoginPage({ csrfToken, isByToken, isWrong, lost, formId, hasCookies }: LogInForm) {
  return (
    <>
      <h1>Anmelden</h1>
      {lost && (
        <Notice kind="warning">
          <p>
            <strong>Was Sie gerade gesendet haben, wurde nicht ausgeführt:</strong> Sie waren nicht mehr
            angemeldet.
          </p>
          <p>
            {lost === 'kept'
              ? 'Nach der Anmeldung stehen Ihre Angaben wieder da, und Sie können sie noch einmal senden.'
              : 'Bitte melden Sie sich an und geben Sie es noch einmal ein.'}
          </p>
        </Notice>
      )}
      {!hasCookies && (
        <Notice kind="error">
          Ihr Browser schickt kein Cookie mit, und ohne Cookies können Sie sich nicht anmelden. Bitte erlauben
          Sie sie für diese Adresse und laden Sie die Seite neu.
        </Notice>
      )}
      {isWrong && (
        <Notice kind="error">Dieses Token gilt nicht. Bitte prüfen, ob es vollständig kopiert ist.</Notice>
      )}
      <form class="sheet" method="post" action="/anmelden">
        <Csrf token={csrfToken} />
        {lost === 'kept' && <input type="hidden" name={KEPT} value={formId} />}
        {isByToken ? (
          <label>
            Token
            <input name="token" type="password" required autocomplete="current-password" />
          </label>
        ) : (
          <label>
            Ihr Name
            <input name="name" maxlength={100} autocomplete="name" />
          </label>
        )}
        <p class="hint">
          {isByToken
            ? 'Das Token haben Sie vom Ticketing-Team bekommen. Es sagt, wer Sie sind und für welche Häuser Sie absagen dürfen.'
            : 'Steht im Logbuch bei allem, was Sie tun. Im Probebetrieb genügt der Name.'}
        </p>
        <button type="submit">Anmelden</button>
      </form>
    </>
  );
}
