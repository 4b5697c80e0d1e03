import type { Child } from 'hono/jsx';
import type { Approvers } from '../../cases/approvers';
import type { SeriesApprovalItem, SeriesApprovalView } from '../../cases/series-approvals';
import type { SeriesView } from '../../cases/series-view';
import { seriesApprovalPage } from '../../domain/addresses';
import { dayAndTime } from '../../domain/clock';
import { shownName } from '../../domain/names';
import { whoMay } from '../../domain/rights';
import { printable } from '../../domain/visible';
import type { ApprovalAction } from '../../domain/vocabulary';
import { MASK_LABELS } from '../../domain/vocabulary';
import { approversText } from '../approvers-text';
import { Change, Csrf, Faults, Lines, Notice } from '../components';
import type { Draft } from '../forms';
import { dayAndClock, FIELD_LABELS, ORDER_REASON_LABEL } from '../words';
import { performances } from '../../domain/series-progress';

/** What each house was asked for, and what was said: a part of the page of a series. */
export function Approvals({ view: { id, approvals } }: { view: SeriesView }) {
  if (approvals.length === 0) return <section id="freigaben" hidden />;
  return (
    <section id="freigaben" class="sheet">
      <h2>Freigaben</h2>
      {approvals.map((approval) => {
        const { house, number, eventNumbers, decision, allowedActions } = approval;
        const isOpen = decision === null;
        return (
          <div id={`freigabe-${house}-${number}`}>
            <h3>{`${house}: ${performances(eventNumbers.length)}`}</h3>
            {isOpen ? <Asked approval={approval} /> : <Said approval={approval} />}
            {isOpen && (
              <p>
                <a href={seriesApprovalPage(id, house)}>
                  {allowedActions.length > 0 ? 'Ansehen und entscheiden' : 'Ansehen'}
                </a>
              </p>
            )}
          </div>
        );
      })}
    </section>
  );
}

/** Who asks, until when, by when Ö-Ticket needs it, and what happens meanwhile. */
function Asked({
  approval: { requestedBy, expiresAt, inTime, eventNumbers },
}: {
  approval: SeriesApprovalView;
}) {
  return (
    <>
      <p>{`${shownName(requestedBy)} braucht eine zweite Person, die das freigibt. Zu entscheiden bis ${dayAndClock(expiresAt)}, danach wird nicht abgesagt.`}</p>
      {inTime && <Notice kind="warning">{inTime}</Notice>}
      <p>
        {`Bis dahin wird in Jet ${eventNumbers.length === 1 ? 'bei dieser Vorstellung' : 'bei diesen Vorstellungen'} nichts geschrieben, und es wird weiter verkauft.`}
      </p>
    </>
  );
}

/** What somebody has said to it. A beginning without a second person must not be overlooked. */
function Said({ approval: { decision, said } }: { approval: SeriesApprovalView }) {
  return decision?.kind === 'overridden' ? (
    <Notice kind="warning">{said}</Notice>
  ) : (
    <p class="quiet">{said}</p>
  );
}

interface ApprovalPage {
  view: SeriesView;
  approval: SeriesApprovalView;
  items: readonly SeriesApprovalItem[];
  /** For whoever cannot approve it: who can. */
  approvers: Approvers | null;
  csrfToken: string;
  faults?: readonly string[];
  /** What was sent and not carried out. */
  draft?: Draft;
}

/** The page on which a second person reads what would be written, and says yes or no to all of it at once. */
export function SeriesApprovalPage(page: ApprovalPage) {
  const { view, approval, items, faults = [] } = page;
  const { house, decision, allowedActions } = approval;
  return (
    <>
      {faults.length > 0 && <Faults faults={faults} />}
      <p class="quiet">
        <a href={view.links.page}>Zur Serie</a>
      </p>
      <h1 class="title">{`Freigabe: ${printable(view.title)}`}</h1>
      <p class="facts">{`${performances(items.length)} · ${house}`}</p>
      <section id="stand" class="standing">
        {decision === null ? <Asked approval={approval} /> : <Said approval={approval} />}
        {decision === null && allowedActions.length > 0 && (
          <p>
            <a href="#freigabe">Gleich zur Entscheidung</a>
          </p>
        )}
      </section>
      <section class="sheet">
        <h2>Das soll gespeichert werden</h2>
        <dl class="data">
          <dt>{FIELD_LABELS.marker}</dt>
          <dd>{view.order.marker}</dd>
          <dt>{ORDER_REASON_LABEL}</dt>
          <dd>
            <Lines text={view.order.reason} />
          </dd>
        </dl>
        {items.map((item) => (
          <Planned item={item} />
        ))}
      </section>
      {decision === null && <Question {...page} />}
    </>
  );
}

/** Comes after what is to be decided, as on the page of a single case. */
function Question(page: ApprovalPage) {
  const {
    approval: { allowedActions, isOwn },
    approvers,
  } = page;
  return (
    <section id="freigabe" class="question" tabindex={-1}>
      <h2>Soll abgesagt werden?</h2>
      {approvers && (
        <Notice kind="info">
          {`${isOwn ? 'Sie haben diese Serie selbst beauftragt. ' : ''}${approversText(approvers)}`}
        </Notice>
      )}
      {allowedActions.length === 0 && !approvers && <Notice kind="info">{whoMay('approve-series')}</Notice>}
      {WAYS.filter(
        ({ word }) =>
          allowedActions.includes(word) &&
          // Whoever can approve has no need of it.
          !(word === 'override' && allowedActions.includes('approve')),
      ).map((way) => (
        <Way {...page} {...way} />
      ))}
    </section>
  );
}

const WAYS: readonly {
  word: ApprovalAction;
  label: string;
  button: string;
  reason?: string;
  hint?: Child;
  isDangerous?: true;
}[] = [
  { word: 'approve', label: 'Freigeben …', button: 'freigeben', reason: 'Freigegeben.' },
  {
    word: 'reject',
    label: 'Nicht freigeben …',
    button: 'Nicht freigeben',
    hint: 'Dann wird keine dieser Vorstellungen abgesagt, und die Begründung steht in der Serie.',
  },
  {
    word: 'override',
    label: 'Notfall: ohne Freigabe beginnen …',
    button: 'Ohne Freigabe beginnen',
    isDangerous: true,
    hint: 'Nur im Notfall. Alle, die freigeben dürfen, bekommen eine E-Mail mit Ihrem Namen und Ihrer Begründung, und beides steht im Logbuch der Serie.',
  },
];

function Way({
  view,
  items,
  approval: { house, planHash },
  csrfToken,
  draft = {},
  word,
  label,
  button,
  reason = '',
  hint,
  isDangerous,
}: ApprovalPage & (typeof WAYS)[number]) {
  const isTried = draft.action === word;
  return (
    <details id={`weg-${word}`} open={isTried || word === 'approve'}>
      <summary>{label}</summary>
      <form id={`formular-${word}`} class="action" method="post" action={`${view.links.page}/${word}`}>
        <Csrf token={csrfToken} />
        <input type="hidden" name="house" value={house} />
        {word === 'approve' && <input type="hidden" name="planHash" value={planHash} />}
        {hint && <p class="hint">{hint}</p>}
        <label for={`grund-${word}`}>Begründung für das Logbuch</label>
        <input
          id={`grund-${word}`}
          name="reason"
          required
          maxlength={2000}
          autocomplete="off"
          value={(isTried ? draft.reason : undefined) ?? reason}
        />
        <button type="submit" class={isDangerous ? 'danger' : ''}>
          {word === 'approve' ? `${performances(items.length)} ${button}` : button}
        </button>
      </form>
    </details>
  );
}

/** One performance, with each text as it is and as it becomes. One that is not as usual is not to be overlooked. */
function Planned({
  item: { eventNumber, title, startsAt, venue, texts, warnings },
}: {
  item: SeriesApprovalItem;
}) {
  const where = [dayAndTime(startsAt), venue, `VA-Nr. ${eventNumber}`].filter(Boolean).join(' · ');
  return (
    <details id={`plan-${eventNumber}`} open={warnings.length > 0}>
      <summary>
        <strong>{printable(title)}</strong> <span class="facts">{where}</span>
      </summary>
      {warnings.map(({ text }) => (
        <Notice kind="warning">{text}</Notice>
      ))}
      {texts && (
        <>
          <Change label={MASK_LABELS.title} {...texts.title} />
          <Change label={MASK_LABELS.customerTitle} {...texts.customerTitle} />
          <Change label={MASK_LABELS.externalMemo} {...texts.externalMemo} />
        </>
      )}
    </details>
  );
}
