import type { SeriesApprovalItem, SeriesApprovalView } from '../../src/cases/series-approvals';
import type { SeriesView } from '../../src/cases/series-view';
import type { Approval } from '../../src/domain/case';
import { Approvals, SeriesApprovalPage } from '../../src/console/series/approval';

/* The page on which a second person says yes or no to all performances of a house at once. */

const APPROVAL: SeriesApprovalView = {
  house: 'FSP',
  number: 1,
  planHash: 'abc',
  requestedBy: 'Karl Kassa',
  requestedAt: '2027-01-04T10:00:00.000Z',
  expiresAt: '2027-01-04T14:00:00.000Z',
  decision: null,
  eventNumbers: ['700001'],
  inTime: 'Damit Ö-Ticket es vor Beginn weiß, braucht es die Freigabe bis ca. 13.30 Uhr.',
  said: null,
  isOwn: false,
  allowedActions: ['approve', 'reject', 'override'],
};
const ITEM: SeriesApprovalItem = {
  eventNumber: '700001',
  title: 'Sturm',
  startsAt: '2027-01-05T18:30:00.000Z',
  venue: 'Großer Saal',
  texts: {
    title: { before: 'Sturm', after: 'Sturm – ENTFÄLLT' },
    customerTitle: { before: null, after: null },
    externalMemo: { before: null, after: 'Entfällt.' },
  },
  warnings: [],
};
const VIEW = {
  id: 'x',
  title: 'Unwetter',
  order: { marker: 'ENTFÄLLT', reason: 'Entfällt.', houses: ['FSP'], itemCount: 1 },
  links: { self: '/v1/series/x', page: '/serien/x' },
} as SeriesView;

const shown = (
  changes: Partial<SeriesApprovalView> = {},
  approvers = null as Parameters<typeof SeriesApprovalPage>[0]['approvers'],
) =>
  String(
    SeriesApprovalPage({
      ...{ view: VIEW, approval: { ...APPROVAL, ...changes }, items: [ITEM], approvers, csrfToken: 'secret' },
    }),
  );

it('shows what would be written and by when it is needed, and approves exactly that plan', () => {
  const html = shown();
  expect(html).toContain('Sturm – ENTFÄLLT');
  expect(html).toContain('braucht es die Freigabe bis ca. 13.30 Uhr');
  expect(html).toMatch(
    /action="\/serien\/x\/approve".*name="house" value="FSP".*name="planHash" value="abc"/,
  );
  expect(html).toContain('action="/serien/x/reject"');
  // Whoever can approve has no need of the emergency.
  expect(html).not.toContain('action="/serien/x/override"');
});

it('offers the orderer no way to approve, but the emergency, and says who can', () => {
  const approvers = { loggedIn: ['Lea Leitung'], mailedTo: ['leitung@fsp.example'] };
  const html = shown({ isOwn: true, allowedActions: ['reject', 'override'] }, approvers);
  expect(html).not.toContain('action="/serien/x/approve"');
  expect(html).toContain('action="/serien/x/override"');
  expect(html).toContain('Sie haben diese Serie selbst beauftragt.');
  expect(html).toContain('Gerade angemeldet: Lea Leitung.');
});

it('shows no form once it is decided, and says it loud where nobody has approved it', () => {
  const decision: NonNullable<Approval['decision']> = {
    kind: 'overridden',
    by: 'Lea',
    at: '2027-01-04T11:00:00.000Z',
    reason: 'Brand',
    arePersons: false,
  };
  const said = 'Ohne Freigabe begonnen, von Lea um 12.00 Uhr. Begründung: Brand';
  const html = shown({ decision, said, allowedActions: [] });
  expect(html).not.toContain('<form');
  expect(html).toMatch(new RegExp(`notice warning"[^>]*>${said}`));
  const onSeries = String(Approvals({ view: { ...VIEW, approvals: [{ ...APPROVAL, decision, said }] } }));
  expect(onSeries).toContain(said);
  expect(String(Approvals({ view: { ...VIEW, approvals: [APPROVAL] } }))).toContain(
    'href="/serien/x/freigabe/FSP"',
  );
});
