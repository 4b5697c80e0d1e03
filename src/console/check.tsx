import type { Child } from 'hono/jsx';
import type { PlannedOrder } from '../cases/orders';
import { clockTime, germanDate } from '../domain/clock';
import { ANNOUNCEMENT_FIELDS, MASK_LABELS } from '../domain/vocabulary';
import { Change, Csrf, EventFacts, Notice, type ShownEvent } from './components';
import type { Draft } from './forms';

interface CheckForm {
  house: string;
  eventNumber: string;
  event: ShownEvent;
  plan: PlannedOrder;
  /** The longest texts that the mask accepts; `null`: not known. */
  limits: { title: number; customerTitle: number; externalMemo: number } | null;
  draft: Draft;
  csrfToken: string;
}

/** The third page of an order: the exact changes, and when each of them will happen. */
export function CheckPage({ house, eventNumber, event, plan, limits, draft, csrfToken }: CheckForm) {
  const marking = plan.steps.find(({ name }) => name === 'mark-titles');
  const text = (side: 'before' | 'after', field: string) =>
    (marking?.[side]?.[field] ?? null) as string | null;
  const isTooLate = plan.warnings.some(({ code }) => code === 'starts-soon');
  return (
    <>
      <h1>{plan.cancellable ? 'Bitte prüfen' : 'Diese Vorstellung kann so nicht abgesagt werden'}</h1>
      <EventFacts {...event} />
      {plan.refusals.map((refusal) => (
        <Notice kind="error">{refusal.text}</Notice>
      ))}
      {plan.warnings.map((warning) => (
        <Notice kind="warning">{warning.text}</Notice>
      ))}
      {plan.cancellable && !isTooLate && <Notice kind="good">Alles bereit.</Notice>}
      {marking && (
        <section class="sheet">
          <h2>So sehen es Ihre Kundinnen und Kunden</h2>
          {ANNOUNCEMENT_FIELDS.map((field) => (
            <Change
              label={MASK_LABELS[field]}
              before={text('before', field)}
              after={text('after', field)}
              limit={limits?.[field] ?? null}
            />
          ))}
        </section>
      )}
      {plan.cancellable && <Times plan={plan} />}
      <form method="post" action="/absagen">
        <Csrf token={csrfToken} />
        {Object.entries({ ...draft, house, eventNumber, planHash: plan.planHash }).map(
          ([name, value]) => value !== undefined && <input type="hidden" name={name} value={value} />,
        )}
        <div class="buttons">
          {plan.cancellable && (
            <button type="submit" class="danger">
              Diese Vorstellung jetzt absagen
            </button>
          )}
          <button
            type="submit"
            class="second"
            formaction={`/absagen/neu/${house}/${eventNumber}`}
            name="intent"
            value="edit"
          >
            Zurück und ändern
          </button>
        </div>
      </form>
    </>
  );
}

function Times({ plan }: { plan: PlannedOrder }) {
  const right = plan.steps.find(({ name }) => name === 'grant-right')?.after?.validUntil as
    string | undefined;
  const rows: [string, Child][] = [
    ['sofort', 'Titel und Hinweis werden gespeichert.'],
    [
      plan.stornoAt ? `ab ca. ${clockTime(plan.stornoAt)}` : '',
      <>
        Der Status wird auf Storno gesetzt.{' '}
        <strong>Bis dahin können Sie abbrechen, danach nicht mehr.</strong>
      </>,
    ],
    [
      plan.finishedAt ? `ca. ${clockTime(plan.finishedAt)}` : '',
      `Kontrolle in Connect Online, Stornoberechtigung${right ? ` bis ${germanDate(right)}` : ''}, E-Mail an Ö-Ticket. Fertig.`,
    ],
  ];
  return (
    <section class="sheet">
      <h2>Was geschieht, und wann</h2>
      <dl class="times">
        {rows.map(([when, what]) => (
          <>
            <dt>{when}</dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
