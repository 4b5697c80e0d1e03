/** From here a person goes to the log-in of their organisation. */
export const ACCOUNT = '/anmelden/konto';

/** And here they come back. It stands in the settings of the organisation's log-in, so it never changes. */
export const BACK_FROM_ISSUER = '/anmelden/antwort';

/** Where the issuer says that a log-in has ended. It stands there, too. */
export const ENDED_BY_ISSUER = '/anmelden/abgemeldet';
