import type { FastifyInstance } from 'fastify';
import { logSecurity } from '../api/security-log';
import { requireAdmin } from '../cases/caller';
import type { Session } from '../cases/sessions';
import { clockOn, toInstant } from '../domain/clock';
import type { PeopleRule } from '../domain/people';
import { Csrf } from './components';
import type { ConsoleDependencies } from './dependencies';
import { toDraft } from './forms';
import { ROLE_LABELS } from '../domain/roles';
import { show } from './show';

const PAGE = '/personen';

/** `/personen`: who is logged in, and by which rules; whoever looks after the installation ends a log-in here. */
export function registerPeople(app: FastifyInstance, deps: ConsoleDependencies): void {
  const { sessions, logIn } = deps;
  const all = () => (logIn.by === 'token' ? sessions.list() : Promise.resolve([]));

  app.get(PAGE, async (request, reply) => {
    requireAdmin(request.caller, 'sessions');
    const open = await all();
    const ownKey = request.login?.key ?? null;
    return show(deps, request, reply, { title: 'Personen' }, (csrfToken) => (
      <PeoplePage
        {...{ open, ownKey, csrfToken, rules: deps.rules?.() ?? null, claim: deps.rolesClaim ?? '' }}
      />
    ));
  });

  app.post(`${PAGE}/abmelden`, async (request, reply) => {
    requireAdmin(request.caller, 'sessions');
    const { anmeldung, person } = toDraft(request.body);
    const meant = (await all()).filter(({ key, caller }) => key === anmeldung || caller.id === person);
    for (const { key, caller } of meant) {
      await sessions.endByKey(key);
      logSecurity(request, 'ended-by-admin', caller.id, `by ${request.caller.id}`);
    }
    return reply.redirect(PAGE, 303);
  });
}

interface People {
  open: readonly Session[];
  /** Of whoever looks at the page. */
  ownKey: string | null;
  csrfToken: string;
  /** `null`: nobody logs in with an account. */
  rules: readonly PeopleRule[] | null;
  claim: string;
}

function PeoplePage({ open, ownKey, csrfToken, rules, claim }: People) {
  const byPerson = new Map<string, Session[]>();
  for (const session of open)
    byPerson.set(session.caller.id, [...(byPerson.get(session.caller.id) ?? []), session]);
  return (
    <>
      <h1>Personen</h1>
      <p class="quiet">
        Wer gerade in der Konsole angemeldet ist. Abmelden wirkt sofort, auf allen Servern. Was die Person
        begonnen hat, läuft weiter.
      </p>
      {open.length === 0 && <p class="none">Niemand ist angemeldet.</p>}
      {[...byPerson].map(([id, ofPerson]) => (
        <section class="sheet">
          <h2>{ofPerson[0]?.caller.actor}</h2>
          <p class="quiet">{id}</p>
          <ul class="todo">
            {ofPerson.map(({ key, ...session }) => (
              <li>
                {describe(session)}
                {key === ownKey ? (
                  <span class="facts">Das sind Sie, hier.</span>
                ) : (
                  <EndForm
                    {...{ csrfToken, name: 'anmeldung', value: key, text: 'Diese Anmeldung beenden' }}
                  />
                )}
              </li>
            ))}
          </ul>
          {ofPerson.length > 1 && (
            <EndForm {...{ csrfToken, name: 'person', value: id, text: 'Überall abmelden' }} />
          )}
        </section>
      ))}
      {rules && <Rules {...{ rules, claim }} />}
    </>
  );
}

function describe({ account, startedAtMs, endsAtMs }: Omit<Session, 'key'>): string {
  const now = toInstant(Date.now());
  const [since, until] = [startedAtMs, endsAtMs].map((ms) => clockOn(toInstant(ms), now));
  const how = account ? `mit dem Konto bei ${account.issuer}` : 'mit einem Token';
  return `Seit ${since} ${how}, bis ${until}, wenn sie nichts tut.`;
}

function EndForm({
  csrfToken,
  name,
  value,
  text,
}: {
  csrfToken: string;
  name: string;
  value: string;
  text: string;
}) {
  return (
    <form method="post" action={`${PAGE}/abmelden`}>
      <Csrf token={csrfToken} />
      <input type="hidden" name={name} value={value} />
      <button type="submit" class="second">
        {text}
      </button>
    </form>
  );
}

function Rules({ rules, claim }: { rules: readonly PeopleRule[]; claim: string }) {
  return (
    <section class="sheet">
      <h2>Regeln</h2>
      <p class="quiet">{`Wer mit einem dieser Werte im Claim ${claim} kommt, hat diese Rolle. Mehrere zählen zusammen.`}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Wert</th>
            <th scope="col">Rolle</th>
            <th scope="col">Häuser</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr>
              <td>{rule.claim}</td>
              <td>{ROLE_LABELS[rule.role]}</td>
              <td>
                {rule.role === 'admin' ? '–' : rule.houses === 'all' ? 'alle' : [...rule.houses].join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
