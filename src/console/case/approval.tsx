import type { Approvers } from '../../cases/approvers';
import type { CancellationView } from '../../cases/view';
import type { PlanField } from '../../domain/vocabulary';
import { decidedText } from '../../domain/approval-notice';
import { dayAndTime } from '../../domain/clock';
import { MASK_LABELS } from '../../domain/vocabulary';
import { approversText } from '../approvers-text';
import { Change, Notice } from '../components';

const LABELS: Readonly<Record<PlanField, string>> = {
  title: MASK_LABELS.title,
  customerTitle: MASK_LABELS.customerTitle,
  externalMemo: MASK_LABELS.externalMemo,
  startsAt: 'Beginn',
  venue: 'Saal',
  location: 'Ort',
  organiser: 'Veranstalter',
  production: 'Produktion',
  statusText: MASK_LABELS.status,
};

/** What a second person is asked to say yes to, with all that would be written; or what they have said. */
export function Approval({ view, approvers }: { view: CancellationView; approvers: Approvers | null }) {
  const { approval, state, event, refusal } = view;
  // Of a case that was not begun, its standing says it.
  if (!approval || !event || refusal) return <section id="freigabe" hidden />;
  const { changes, decision } = approval;
  const said = decidedText(approval);
  if (state !== 'awaiting-approval')
    return (
      <section id="freigabe">
        {said &&
          (decision?.kind === 'overridden' ? (
            <Notice kind="warning">{said}</Notice>
          ) : (
            <p class="quiet">{said}</p>
          ))}
      </section>
    );
  return (
    <section id="freigabe" class="sheet">
      {approvers && <Notice kind="info">{whoElse(view, approvers)}</Notice>}
      <h2>Das soll gespeichert werden</h2>
      {changes.length > 0 && (
        <Notice kind="warning">
          <p>Das hat sich in Jet seit der vorigen Freigabe geändert:</p>
          <ul>
            {changes.map(({ field, before, now }) => (
              <li>{`${LABELS[field]}: bisher ${textOf(field, before)}, jetzt ${textOf(field, now)}`}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Change label={MASK_LABELS.title} {...event.title} />
      <Change label={MASK_LABELS.customerTitle} {...event.customerTitle} />
      <Change label={MASK_LABELS.externalMemo} {...event.externalMemo} />
    </section>
  );
}

function whoElse({ reservedActions }: CancellationView, approvers: Approvers): string {
  const isOwn = reservedActions.some(({ code }) => code === 'own-order');
  return `${isOwn ? 'Sie haben diese Absage selbst beauftragt. ' : ''}${approversText(approvers)}`;
}

function textOf(field: PlanField, value: string | null): string {
  if (value === null || value === '') return 'leer';
  return field === 'startsAt' ? dayAndTime(value) : `„${value}“`;
}
