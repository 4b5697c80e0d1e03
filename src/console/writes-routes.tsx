import type { FastifyInstance } from 'fastify';
import { logSecurity } from '../api/security-log';
import { requireAdmin } from '../cases/caller';
import { switchWrites, readWrites, type StillAtWork } from '../cases/writes';
import { clockOn, toInstant } from '../domain/clock';
import { shownName } from '../domain/names';
import { normaliseText, textFault } from '../domain/text';
import { STEP_LABELS } from '../domain/wording';
import type { WritesState } from '../domain/writes';
import { Csrf, Faults } from './components';
import type { ConsoleDependencies } from './dependencies';
import { toDraft } from './forms';
import { show } from './show';

const PAGE = '/schreiben';

/** `/schreiben`: the switch that stops every write, for whoever looks after the installation. It asks neither Temporal nor Jet. */
export function registerWrites(app: FastifyInstance, deps: ConsoleDependencies): void {
  const title = 'Schreiben';

  app.get(PAGE, async (request, reply) => {
    requireAdmin(request.caller, 'switch-writes');
    const writes = await readWrites(deps);
    return show(deps, request, reply, { title }, (csrfToken) => <SwitchPage {...{ writes, csrfToken }} />);
  });

  app.post(PAGE, async (request, reply) => {
    requireAdmin(request.caller, 'switch-writes');
    const { stand, grund = '', bestaetigt } = toDraft(request.body);
    const reason = normaliseText(grund);
    const fault = textFault(reason);
    const faults = [
      ...(fault ? [`Der Grund ${fault}.`] : []),
      ...(stand === 'aus' || stand === 'ein' ? [] : ['Bitte sagen, ob ab- oder eingeschaltet wird.']),
      ...(bestaetigt === 'ja' ? [] : ['Bitte bestätigen, dass das so gewollt ist.']),
    ];
    if (faults.length > 0) {
      const writes = await readWrites(deps);
      return show(deps, request, reply.status(422), { title }, (csrfToken) => (
        <SwitchPage {...{ writes, csrfToken, faults, reason }} />
      ));
    }
    const { writes, atWork } = await switchWrites(deps, request.caller, { on: stand === 'ein', reason });
    logSecurity(request, writes.on ? 'writes-on' : 'writes-off');
    request.writes = writes;
    return show(deps, request, reply, { title }, (csrfToken) => (
      <SwitchPage {...{ writes, csrfToken, atWork }} />
    ));
  });
}

interface Switch {
  writes: WritesState;
  csrfToken: string;
  faults?: readonly string[];
  reason?: string;
  /** After switching off: what had begun before, and may still end. */
  atWork?: readonly StillAtWork[];
}

function SwitchPage({ writes, csrfToken, faults = [], reason = '', atWork }: Switch) {
  return (
    <>
      <h1>{writes.on ? 'Das Schreiben ist eingeschaltet' : 'Das Schreiben ist abgeschaltet'}</h1>
      <p class="quiet">{describeSwitch(writes)}</p>
      {faults.length > 0 && <Faults faults={faults} />}
      {atWork && !writes.on && <AtWork atWork={atWork} />}
      <form method="post" action={PAGE} class="sheet">
        <Csrf token={csrfToken} />
        <input type="hidden" name="stand" value={writes.on ? 'aus' : 'ein'} />
        <p>
          {writes.on
            ? 'Abschalten gilt sofort und in allen Häusern: Absage schreibt nichts mehr in Jet und nichts an Ö-Ticket. Jede Absage geht bis zum nächsten Schreiben und wartet dort. Mails an die Häuser gehen weiter.'
            : 'Nach dem Einschalten geht alles von selbst weiter. Jede Absage sieht vorher nach, was Jet jetzt zeigt; Wartezeiten zählen danach.'}
        </p>
        <p>
          <label for="grund">Warum? Das liest jede und jeder oben auf der Seite.</label>
          <textarea id="grund" name="grund" required rows={2} maxlength={2000}>
            {reason}
          </textarea>
        </p>
        <p>
          <label>
            <input type="checkbox" name="bestaetigt" value="ja" required />{' '}
            {writes.on ? 'Ja, in allen Häusern abschalten' : 'Ja, in allen Häusern wieder einschalten'}
          </label>
        </p>
        <button type="submit" class={writes.on ? 'danger' : undefined}>
          {writes.on ? 'Schreiben abschalten' : 'Schreiben einschalten'}
        </button>
      </form>
    </>
  );
}

function describeSwitch({ since, by, reason }: WritesState): string {
  if (since === null || by === null) return 'Es wurde noch nie umgeschaltet.';
  return `Seit ${clockOn(since, toInstant(Date.now()))}, von ${shownName(by)}: „${reason}“`;
}

function AtWork({ atWork }: { atWork: readonly StillAtWork[] }) {
  if (atWork.length === 0) return <p>Was begonnen hatte, ist zu Ende. Ab jetzt wird nichts geschrieben.</p>;
  return (
    <section class="sheet">
      <h2>Das hatte schon begonnen und kann noch zu Ende gehen</h2>
      <ul>
        {atWork.map(({ house, eventNumber, caseId, step, since }) => (
          <li>{`${house} ${eventNumber ?? `Serie ${caseId}`}: ${STEP_LABELS[step]}, begonnen ${clockOn(since, toInstant(Date.now()))}`}</li>
        ))}
      </ul>
    </section>
  );
}
