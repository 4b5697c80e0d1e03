import type { PlannedOrder } from '../cases/orders';
import { clockTime } from '../domain/clock';
import { ANNOUNCEMENT_FIELDS, MASK_LABELS } from '../domain/vocabulary';
import { Change, Csrf, EventFacts, Lines, Notice, type ShownEvent } from './components';
import type { Draft } from './forms';
import { CaseInTheWay, Obstacles } from './obstacles';
import { FIELD_LABELS, ORDER_REASON_LABEL } from './words';

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

/** Warnings beside which nobody should read that all is well. */
const GRAVE: readonly string[] = ['starts-soon', 'event-past', 'already-cancelled'];

/** The third page of an order: what will really happen, who does it, and when. Nothing of what never will. */
export function CheckPage(form: CheckForm) {
  const { event, plan } = form;
  const { cancellable, warnings, refusals, cancellation } = plan;
  return (
    <>
      <h1>{cancellable ? 'Bitte prüfen' : 'Diese Vorstellung kann so nicht abgesagt werden'}</h1>
      <EventFacts {...event} />
      <Obstacles obstacles={refusals} />
      <CaseInTheWay view={cancellation} />
      {cancellable && warnings.map(({ text }) => <Notice kind="warning">{text}</Notice>)}
      {cancellable && !warnings.some(({ code }) => GRAVE.includes(code)) && (
        <Notice kind="good">Alles bereit.</Notice>
      )}
      {cancellable && <Texts {...form} />}
      {cancellable && <MailWords {...plan.notice} />}
      {cancellable && <Times {...plan} />}
      <Buttons {...form} />
    </>
  );
}

function Texts({ plan, limits }: CheckForm) {
  const marking = plan.steps.find(({ name }) => name === 'mark-titles');
  const text = (side: 'before' | 'after', field: string) =>
    (marking?.[side]?.[field] ?? null) as string | null;
  if (!marking) return null;
  return (
    <section class="sheet">
      <h2>
        {marking.state === 'skipped'
          ? 'Das bleibt in Jet, wie es ist'
          : 'So sehen es Ihre Kundinnen und Kunden'}
      </h2>
      {ANNOUNCEMENT_FIELDS.map((field) => (
        <Change
          label={MASK_LABELS[field]}
          before={text('before', field)}
          after={text('after', field)}
          limit={limits?.[field] ?? null}
        />
      ))}
    </section>
  );
}

/** The clerk's part of the mail, as Ö-Ticket will read it: whom they call back is easily overlooked. */
function MailWords({ reason, contact }: PlannedOrder['notice']) {
  const { name, phone, email } = contact;
  return (
    <section class="sheet" id="e-mail">
      <h2>Das steht in der E-Mail an Ö-Ticket</h2>
      <dl class="times">
        <dt>{ORDER_REASON_LABEL}</dt>
        <dd>
          <Lines text={reason} />
        </dd>
        <dt>{FIELD_LABELS['contact.name']}</dt>
        <dd>{[name, `Telefon ${phone}`, email].filter(Boolean).join(', ')}</dd>
      </dl>
    </section>
  );
}

function Times({ steps, finishedAt }: PlannedOrder) {
  const [{ earliestAt: now } = {}, ...rest] = steps;
  const when = ({ name, state, earliestAt }: PlannedOrder['steps'][number]) => {
    if (state === 'skipped') return 'entfällt';
    if (name === 'report' && finishedAt) return `ca. ${clockTime(finishedAt)}`;
    if (!earliestAt) return '';
    return earliestAt === now ? 'sofort' : `ab ca. ${clockTime(earliestAt)}`;
  };
  return (
    <section class="sheet">
      <h2>Was geschieht, und wann</h2>
      <dl class="times">
        {rest.map((step) => (
          <>
            <dt>{when(step)}</dt>
            <dd class={step.state === 'skipped' ? 'quiet' : undefined}>{step.text}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Buttons({ house, eventNumber, plan, draft, csrfToken }: CheckForm) {
  const isByPerson = plan.steps.some(({ by }) => by === 'person');
  return (
    <form method="post" action="/absagen">
      <Csrf token={csrfToken} />
      {Object.entries({ ...draft, house, eventNumber, planHash: plan.planHash }).map(
        ([name, value]) => value !== undefined && <input type="hidden" name={name} value={value} />,
      )}
      <div class="buttons">
        {plan.cancellable && (
          <button type="submit" class="danger">
            {isByPerson ? 'Absage jetzt beginnen' : 'Diese Vorstellung jetzt absagen'}
          </button>
        )}
        {!plan.cancellation && (
          <button
            type="submit"
            class="second"
            formaction={`/absagen/neu/${house}/${eventNumber}`}
            name="intent"
            value="edit"
          >
            Zurück und ändern
          </button>
        )}
        {!plan.cancellable && (
          <a class="button second" href={`/absagen/neu?haus=${house}`}>
            Andere Vorstellung
          </a>
        )}
      </div>
    </form>
  );
}
