import type { Child } from 'hono/jsx';
import { Csrf, Notice } from './components';
import { ACCOUNT } from './account-path';
import { KEPT } from './turned-away';

interface LogInForm {
  csrfToken: string;
  isByToken: boolean;
  /** Whether there are tokens that a person can log in with. */
  hasTokens: boolean;
  /** Whether people have accounts of their organisation. */
  hasAccounts: boolean;
  /** Why the last try to log in failed; `null`: it did not, or there was none. */
  trouble: Trouble | null;
  /** A form was sent without a log-in: its text is kept, or gone. */
  lost: 'kept' | 'gone' | null;
  /** Names the kept form. */
  formId: string;
  hasCookies: boolean;
}

export type Trouble = 'wrong-token' | 'refused' | 'issuer-away' | 'not-begun-here';

const TROUBLES: Record<Trouble, string> = {
  'wrong-token': 'Dieses Token gilt nicht. Bitte prüfen, ob es vollständig kopiert ist.',
  refused: 'Die Anmeldestelle Ihres Hauses hat Sie nicht angemeldet. Bitte versuchen Sie es noch einmal.',
  'issuer-away':
    'Die Anmeldestelle Ihres Hauses antwortet nicht. Bitte versuchen Sie es in einer Minute noch einmal.',
  'not-begun-here':
    'Diese Anmeldung war schon zu Ende oder wurde in einem anderen Browser begonnen. Bitte melden Sie sich noch einmal an.',
};

/**
 * The organisation's log-in comes first, where there is one; beside it a token is for emergencies. Without it production asks for
 * a token of the API, a rehearsal for a name only.
 */
export function LoginPage(form: LogInForm) {
  const { hasTokens, hasAccounts, isByToken, trouble, lost, formId, hasCookies } = form;
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
      {trouble && <Notice kind="error">{TROUBLES[trouble]}</Notice>}
      {hasAccounts && (
        <section class="sheet">
          <p class="buttons">
            <a class="button" href={lost === 'kept' ? `${ACCOUNT}?${KEPT}=${formId}` : ACCOUNT}>
              Mit dem Konto Ihres Hauses anmelden
            </a>
          </p>
        </section>
      )}
      {hasAccounts && hasTokens && (
        <details open={trouble === 'wrong-token'}>
          <summary>Im Notfall: mit einem Token anmelden</summary>
          <TokenForm {...form} />
        </details>
      )}
      {!hasAccounts && (isByToken ? <TokenForm {...form} /> : <NameForm {...form} />)}
    </>
  );
}

function TokenForm(form: LogInForm) {
  return (
    <WhoForm {...form}>
      <label>
        Token
        <input name="token" type="password" required autocomplete="current-password" />
      </label>
      <p class="hint">
        Das Token haben Sie vom Ticketing-Team bekommen. Es sagt, wer Sie sind und für welche Häuser Sie
        absagen dürfen.
      </p>
    </WhoForm>
  );
}

function NameForm(form: LogInForm) {
  return (
    <WhoForm {...form}>
      <label>
        Ihr Name
        <input name="name" maxlength={100} autocomplete="name" />
      </label>
      <p class="hint">Steht im Logbuch bei allem, was Sie tun. Im Probebetrieb genügt der Name.</p>
    </WhoForm>
  );
}

function WhoForm({ csrfToken, lost, formId, children }: LogInForm & { children: Child }) {
  return (
    <form class="sheet" method="post" action="/anmelden">
      <Csrf token={csrfToken} />
      {lost === 'kept' && <input type="hidden" name={KEPT} value={formId} />}
      {children}
      <button type="submit">Anmelden</button>
    </form>
  );
}
