import { isLoopback } from '../domain/loopback';
import type { PeopleRule } from '../domain/people';
import { addUp, roleIn } from '../domain/roles';
import type { House } from '../domain/types';
import { describeIssuer, type IssuerFacts } from '../oidc/describe';
import type { OidcSettings } from '../settings/oidc';
import { failed, ok, warning, type Check, type Verdict } from './check';

/** Asks the issuer what it says of itself, and looks at the rules of the people file. Logs nobody in. */
export function logInChecks(
  oidc: OidcSettings,
  publicUrl: string,
  people: readonly PeopleRule[] | null,
  houses: ReadonlyMap<string, House>,
): Check[] {
  return [
    {
      name: 'log-in',
      label: 'Anmeldung',
      run: async () => {
        const facts = await describeIssuer(oidc.issuer).catch(() => null);
        return facts ? judgeIssuer(oidc, publicUrl, facts) : failed(notReached(oidc));
      },
    },
    ...(people
      ? [{ name: 'people', label: 'Personen', run: () => Promise.resolve(judgePeople(people, houses)) }]
      : []),
  ];
}

const notReached = ({ issuer }: OidcSettings) =>
  `Die Anmeldestelle ${issuer} antwortet nicht, oder nennt sich anders: bitte ABSAGE_OIDC_ISSUER prüfen (ohne /.well-known/…). Wer angemeldet ist, kann weiterarbeiten; neu anmelden kann sich niemand.`;

function judgeIssuer(oidc: OidcSettings, publicUrl: string, facts: IssuerFacts): Verdict {
  const missing = [
    ...(facts.hasPkce ? [] : ['Sie nennt PKCE (S256) nicht: bitte prüfen, ob sie es erlaubt.']),
    ...(facts.hasLogOut ? [] : ['Sie hat keine Adresse zum Abmelden: Abmelden wirkt nur in Absage.']),
    ...(facts.hasBackChannel
      ? []
      : ['Sie meldet nicht, wenn sie jemanden abmeldet: das wirkt spätestens nach fünf Minuten.']),
    ...(facts.mayNameRoles(oidc.rolesClaim)
      ? []
      : [`Sie nennt den Claim ${oidc.rolesClaim} nicht: bitte prüfen, ob er im ID-Token steht.`]),
  ];
  const details = [
    `Dort gehören eingetragen: ${publicUrl}/anmelden/antwort (Antwort), ${publicUrl}/anmelden (nach dem Abmelden), ${publicUrl}/anmelden/abgemeldet (Back-Channel)`,
    ...missing,
  ];
  const isLocal = isLoopback(new URL(publicUrl).hostname);
  const verdict = isLocal
    ? warning(
        `${oidc.issuer} antwortet. Nur von diesem Rechner aus kann man sich anmelden (ABSAGE_PUBLIC_URL).`,
      )
    : missing.length > 0
      ? warning(`${oidc.issuer} antwortet. Etwas ist zu prüfen:`)
      : ok(`${oidc.issuer} antwortet.`);
  return { ...verdict, details };
}

function judgePeople(people: readonly PeopleRule[], houses: ReadonlyMap<string, House>): Verdict {
  const has = (wanted: (rule: PeopleRule) => boolean) => people.some(wanted);
  if (!has(({ role }) => role === 'admin'))
    return warning(
      'Niemand hat die Rolle admin: wer angemeldet ist, sieht dann niemand, und niemand kann es beenden.',
    );
  if (!has(({ role }) => role === 'clerk' || role === 'lead'))
    return warning('Niemand hat die Rolle clerk oder lead: absagen kann so nur ein Token.');
  const unapproved = [...houses.values()].filter(
    ({ key, approval }) => approval.needed !== 'never' && roleIn(addUp(people), key) !== 'lead',
  );
  if (unapproved.length > 0)
    return warning(
      `Freigeben könnte niemand in ${unapproved.map(({ key }) => key).join(', ')}: keine Regel gibt dort die Rolle lead, und ein Token gibt nichts frei.`,
    );
  return ok(`${people.length} Regeln, jede mit Rolle und Häusern.`);
}
