import { Csrf, Notice } from './components';

/** Production asks for a token of the API, a rehearsal for a name only. */
export function LoginPage({
  csrfToken,
  isByToken,
  isWrong,
}: {
  csrfToken: string;
  isByToken: boolean;
  isWrong: boolean;
}) {
  return (
    <>
      <h1>Anmelden</h1>
      {isWrong && (
        <Notice kind="error">Dieses Token gilt nicht. Bitte prüfen, ob es vollständig kopiert ist.</Notice>
      )}
      <form class="sheet" method="post" action="/anmelden">
        <Csrf token={csrfToken} />
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
