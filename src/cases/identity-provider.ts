/** What the issuer says of a person. */
export interface Identity {
  subject: string;
  /** Its own name for the log-in; `null`: it gives none. */
  sid: string | null;
  name: string;
  /** The values of the claim that names roles; none where there is no such claim. */
  roles: readonly string[];
}

/** What the issuer gave beside it; secret. */
export interface IssuerTokens {
  /** `null`: it cannot be asked again. */
  refreshToken: string | null;
  /** Says at the log-out which log-in is meant. */
  idToken: string | null;
}

export interface Identified {
  identity: Identity;
  tokens: IssuerTokens;
}

/** A log-in on its way: what the browser must bring back, and what proves that it was this browser that began. */
export interface PendingLogIn {
  state: string;
  nonce: string;
  /** Of PKCE. */
  verifier: string;
}

/** The content of a logout token whose origin is proven. */
export interface LogoutOrder {
  /** Each token is obeyed once. */
  id: string;
  /** At least one of both is given. */
  subject: string | null;
  sid: string | null;
}

/** The organisation's log-in. What rejects for another reason than these two errors is a mistake of ours. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Where the browser goes, and what is to be kept until it is back. Rejects with `IssuerAway`. */
  begin(): Promise<{ url: string; pending: PendingLogIn }>;
  /** The address to which the browser has come back. Rejects with `IssuerAway` or `LogInRefused`. */
  complete(query: string, pending: PendingLogIn): Promise<Identified>;
  /** Asks anew what the person is allowed. Rejects with `IssuerAway` or `LogInRefused`. */
  refresh(subject: string, tokens: IssuerTokens & { refreshToken: string }): Promise<Identified>;
  /** Where the browser ends the log-in at the issuer, too; `null`: it has no such place, or does not answer. */
  logOutUrl(idToken: string | null): Promise<string | null>;
  /** Rejects with `IssuerAway` or `LogInRefused`. */
  readLogoutToken(token: string): Promise<LogoutOrder>;
}

/** The issuer cannot be reached, answers 5xx, or something that is no answer: nothing was refused. */
export class IssuerAway extends Error {
  override readonly name = 'IssuerAway';
}

/** The issuer, or a check of what it sent, says no. `reason`: a code, which holds nothing secret. */
export class LogInRefused extends Error {
  override readonly name = 'LogInRefused';

  constructor(readonly reason: string) {
    super(reason);
  }
}
