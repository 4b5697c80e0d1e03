import type { Child } from 'hono/jsx';
import type { PlannedOrder } from '../cases/orders';
import { clockTime, germanDate } from '../domain/clock';
import { contactText } from '../domain/contact';
import { ANNOUNCEMENT_FIELDS, MASK_LABELS } from '../domain/vocabulary';
import type { TaskContact } from '../domain/types';
import { Change, Csrf, EventFacts, Lines, Notice, type ShownEvent } from './components';
import { DRAFT, formPath } from './drafts';
import type { Draft } from './forms';
import { CaseInTheWay, Obstacles } from './obstacles';
import { FIELD_LABELS, ORDER_REASON_LABEL } from './words';

interface CheckForm {
  house: string;
  eventNumber: string;
  event: ShownEvent;
  plan: PlannedOrder;
  /** Whom to call about what stands in the way. */
  contacts: readonly TaskContact[];
  /** The longest texts that the mask accepts; `null`: not known. */
  limits: { title: number; customerTitle: number; externalMemo: number } | null;
  draft: Draft;
  /** Names the draft, so that a link leads back to its fields. */
  draftId: string;
  /** Who will have ordered. */
  actor: string;
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
      {!cancellation && (
        <p class="links">
          <a href={`/absagen/neu?haus=${form.house}`}>Andere Vorstellung</a>
        </p>
      )}
      <Obstacles obstacles={refusals} contacts={form.contacts} />
      <CaseInTheWay view={cancellation} />
      {cancellable && warnings.map(({ text }) => <Notice kind="warning">{text}</Notice>)}
      {cancellable && !warnings.some(({ code }) => GRAVE.includes(code)) && (
        <Notice kind="good">Alles bereit.</Notice>
      )}
      {!cancellation && <Given {...form} />}
      {cancellable && <Texts {...form} />}
      {cancellable && <Mail {...plan.notice} />}
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
          : 'So sehen es Ihre Kundinnen und Kunden und Ö-Ticket'}
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

/** What the clerk has entered, row by row, each with the way back to its field. */
function Given({ house, eventNumber, draft, draftId, plan }: CheckForm) {
  const { reason, contact } = plan.notice;
  const edit = (field: string, what: string) => (
    <a
      href={`${formPath({ house, eventNumber })}?${DRAFT}=${draftId}#${field}`}
      aria-label={`Ändern: ${what}`}
    >
      Ändern
    </a>
  );
  const row = (field: string, label: string, value: Child) => (
    <div class="given">
      <dt>{label}</dt>
      <dd>{value}</dd>
      <dd>{edit(field, label)}</dd>
    </div>
  );
  const rightLabel = FIELD_LABELS.rightValidUntil ?? '';
  return (
    <section class="sheet" id="angaben">
      <h2>Ihre Angaben</h2>
      <dl class="givens">
        {draft['seen.title'] !== undefined && row('seen.title', 'Aus der Maske', draft['seen.title'])}
        {row('marker', FIELD_LABELS.marker ?? '', draft.marker)}
        {row('reason', ORDER_REASON_LABEL, <Lines text={reason} />)}
        {row('contact.name', FIELD_LABELS['contact.name'] ?? '', contactText(contact))}
        {row(
          'rightValidUntil',
          rightLabel,
          draft.rightValidUntil ? germanDate(draft.rightValidUntil) : 'wie das Haus es eingestellt hat',
        )}
        {draft.allowPastEvent === 'true' && row('allowPastEvent', 'Schon begonnen', 'wird trotzdem abgesagt')}
      </dl>
    </section>
  );
}

/** The mail as it will go out, with whom it goes to: nobody should learn that from a mail that is gone. */
function Mail({ mail }: PlannedOrder['notice']) {
  if (!mail) return null;
  const { from, to, cc, subject, text } = mail;
  return (
    <section class="sheet" id="e-mail">
      <h2>Diese E-Mail bekommt Ö-Ticket</h2>
      <dl class="data">
        <dt>Von</dt>
        <dd>{from}</dd>
        <dt>An</dt>
        <dd>{to.join(', ')}</dd>
        {cc.length > 0 && (
          <>
            <dt>Kopie</dt>
            <dd>{cc.join(', ')}</dd>
          </>
        )}
        <dt>Betreff</dt>
        <dd>{subject}</dd>
      </dl>
      <details id="e-mail-text" open>
        <summary>Text der E-Mail</summary>
        <p class="letter">
          <Lines text={text.trimEnd()} />
        </p>
      </details>
      <p class="hint">
        Wo … steht, kommt die Zeit hinein, zu der es geschehen ist. Gesendet wird sie erst, wenn Connect
        Online den Storno zeigt.
      </p>
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

function Buttons({ house, eventNumber, plan, draft, draftId, actor, csrfToken }: CheckForm) {
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
            <span class="under">{`als ${actor}, mit dem Hinweis von oben`}</span>
          </button>
        )}
        {!plan.cancellation && (
          <a class="button second" href={`${formPath({ house, eventNumber })}?${DRAFT}=${draftId}`}>
            Zurück und ändern
          </a>
        )}
      </div>
    </form>
  );
}
