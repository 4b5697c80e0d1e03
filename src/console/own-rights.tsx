import type { FastifyInstance } from 'fastify';
import { housesFor, type Caller } from '../cases/caller';
import type { Session } from '../cases/sessions';
import { dayAndTime, toInstant } from '../domain/clock';
import { rulesFor, type PeopleRule } from '../domain/people';
import { roleIn } from '../domain/roles';
import type { House } from '../domain/types';
import { Notice } from './components';
import type { ConsoleDependencies } from './dependencies';
import { ROLE_PURPOSES } from './role-purposes';
import { ROLE_LABELS } from '../domain/roles';
import { show } from './show';

/** `/ich`: what this person may do, and why; where something is missing, what to tell whoever can change it. */
export function registerOwnRights(app: FastifyInstance, deps: ConsoleDependencies): void {
  app.get('/ich', (request, reply) => {
    const { caller, login } = request;
    const houses = housesFor(deps.houses, caller, 'see').map((house) => ({
      house,
      role: roleIn(caller.grants, house.key) ?? ('viewer' as const),
    }));
    return show(deps, request, reply, { title: 'Was darf ich?' }, () => (
      <>
        <h1>Was darf ich?</h1>
        <Rights {...{ caller, houses }} />
        <Reasons
          {...{
            caller,
            account: login?.account ?? null,
            rules: deps.rules?.() ?? [],
            claim: deps.rolesClaim ?? '',
          }}
        />
      </>
    ));
  });
}

interface RightsIn {
  house: House;
  role: 'viewer' | 'clerk' | 'lead';
}

function Rights({ caller, houses }: { caller: Caller; houses: readonly RightsIn[] }) {
  const { isAdmin } = caller.grants;
  if (houses.length === 0 && !isAdmin)
    return (
      <Notice kind="warning">
        <p>
          <strong>{`${caller.actor}, Sie sind angemeldet und haben in keinem Haus eine Rolle.`}</strong>
        </p>
        <p>Wer Absage bei Ihnen betreut, kann Ihnen eine geben. Was dafür zu tun ist, steht hier unten.</p>
      </Notice>
    );
  return (
    <section class="sheet">
      <h2>{caller.actor}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Wo</th>
            <th scope="col">Rolle</th>
            <th scope="col">Sie</th>
          </tr>
        </thead>
        <tbody>
          {houses.map(({ house, role }) => (
            <tr>
              <td>{`${house.name} (${house.key})`}</td>
              <td>{ROLE_LABELS[role]}</td>
              <td>{`${ROLE_PURPOSES[role]}.`}</td>
            </tr>
          ))}
          {isAdmin && (
            <tr>
              <td>Diese Installation</td>
              <td>{ROLE_LABELS.admin}</td>
              <td>{`${ROLE_PURPOSES.admin}.`}</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

interface Why {
  caller: Caller;
  account: Session['account'];
  rules: readonly PeopleRule[];
  claim: string;
}

function Reasons({ caller, account, rules, claim }: Why) {
  return (
    <section class="sheet">
      <h2>Warum?</h2>
      {account ? (
        <AccountReasons {...{ account, rules, claim }} />
      ) : caller.kind === 'rehearsal' ? (
        <p>Im Probebetrieb ohne Anmeldung darf jede und jeder alles.</p>
      ) : (
        <p>
          Sie haben sich mit einem Token angemeldet. Rolle und Häuser stehen bei diesem Token in der Datei der
          Tokens.
        </p>
      )}
      <p class="quiet">{`Kennung: ${caller.id}`}</p>
    </section>
  );
}

function AccountReasons({
  account,
  rules,
  claim,
}: Pick<Why, 'rules' | 'claim'> & { account: NonNullable<Why['account']> }) {
  const { issuer, roles, confirmedAtMs } = account;
  const unused = roles.filter((value) => rulesFor(rules, [value]).length === 0);
  return (
    <>
      <p>{`Die Anmeldestelle ${issuer} hat zuletzt ${dayAndTime(toInstant(confirmedAtMs))} gesagt, welche Rollen Ihr Konto hat (Claim ${claim}).`}</p>
      {roles.length === 0 && (
        <Notice kind="warning">
          {`Der Claim ${claim} fehlt oder ist leer: Ihr Konto hat dort keine Rolle für Absage. Sie muss bei der Anmeldestelle vergeben werden.`}
        </Notice>
      )}
      {roles.length > 0 && (
        <ul>
          {rulesFor(rules, roles).map(({ claim: value, role, houses }) => (
            <li>{`„${value}“ gibt die Rolle ${ROLE_LABELS[role]}${role === 'admin' ? '' : houses === 'all' ? ' in allen Häusern' : ` in ${[...houses].join(', ')}`}.`}</li>
          ))}
          {unused.map((value) => (
            <li>{`„${value}“ kennt Absage nicht: in der Datei der Personen fehlt eine Regel dafür.`}</li>
          ))}
        </ul>
      )}
    </>
  );
}
