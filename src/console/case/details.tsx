import type { CancellationView } from '../../cases/view';
import { casePage } from '../../domain/addresses';
import { isEnd, MASK_LABELS } from '../../domain/vocabulary';
import { Change, Lines, Notice } from '../components';
import { contactText, erasedText } from '../../domain/contact';
import { shownName } from '../../domain/names';
import { FIELD_LABELS, ORDER_REASON_LABEL } from '../words';
import { isUrgent } from './standing';

/** The order, and how it changes the texts in Jet. */
export function Details({ view }: { view: CancellationView }) {
  const { event, order, orderedBy, warnings, links, caseId, state, contactErasedAt } = view;
  const protocol = `${casePage(view)}/protokoll`;
  // While the case goes on, these stand at the top.
  const shownHere = isEnd(state) ? warnings : warnings.filter((warning) => !isUrgent(warning));
  return (
    <section id="angaben" class="sheet">
      <h2>Angaben</h2>
      {shownHere.map(({ text }) => (
        <Notice kind="warning">{text}</Notice>
      ))}
      <dl class="data">
        <dt>{FIELD_LABELS.marker}</dt>
        <dd>{order.marker}</dd>
        <dt>{ORDER_REASON_LABEL}</dt>
        <dd>
          <Lines text={order.reason} />
        </dd>
        <dt>Beauftragt von</dt>
        <dd>{shownName(orderedBy)}</dd>
        {(order.contact || contactErasedAt) && (
          <>
            <dt>{FIELD_LABELS['contact.name']}</dt>
            <dd>{contactErasedAt ? erasedText(contactErasedAt) : contactText(order.contact)}</dd>
          </>
        )}
      </dl>
      {event && (
        <details id="texte">
          <summary>Texte in Jet, bisher und dann</summary>
          <Change label={MASK_LABELS.title} {...event.title} />
          <Change label={MASK_LABELS.customerTitle} {...event.customerTitle} />
          <Change label={MASK_LABELS.externalMemo} {...event.externalMemo} />
        </details>
      )}
      <p class="links">
        {links.protocol && <a href={protocol}>Protokoll</a>}
        {links.protocol && <a href={`${protocol}.pdf`}>Protokoll als PDF</a>}
      </p>
      <details id="betrieb">
        <summary>Für den technischen Betrieb</summary>
        <p class="quiet">{`Fall ${caseId}`}</p>
        {links.temporalUi && (
          <p>
            <a href={links.temporalUi} rel="noreferrer">
              Diesen Lauf in Temporal ansehen
            </a>
          </p>
        )}
      </details>
    </section>
  );
}
