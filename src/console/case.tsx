import type { Approvers } from '../cases/approvers';
import type { CancellationView } from '../cases/view';
import { casePage } from '../domain/addresses';
import type { Right } from '../domain/rights';
import { printable } from '../domain/visible';
import { dayAndTime } from '../domain/clock';
import type { JournalEntry } from '../domain/journal';
import { Approval } from './case/approval';
import { Attention } from './case/attention';
import { Details } from './case/details';
import { JournalTable } from './case/journal';
import { PartnerMail } from './case/mail';
import { Standing, Trying } from './case/standing';
import { Stepper } from './case/stepper';
import { Tasks } from './case/tasks';
import { WaysOut } from './case/ways-out';
import { Faults, rendered } from './components';
import type { Draft } from './forms';
import { toRegions, type Regions } from './regions';
import { KeptWriting, StandFrame } from './stand-frame';

/** An action that was refused: what the form held, and the reasons. */
export interface Attempt {
  faults: readonly string[];
  draft: Draft;
  /** Whether it may have been noted all the same. */
  isInDoubt?: boolean;
}

export interface CasePage {
  view: CancellationView;
  /** Whether the person may do that in the house of the case. */
  may: (what: Right) => boolean;
  entries: readonly JournalEntry[];
  csrfToken: string;
  /** While it waits for an approval that the person cannot give: who can. */
  approvers?: Approvers | null;
  /** Address of the practice masks; `null`: there are none. */
  masks?: string | null;
  attempt?: Attempt;
}

/** The page of one case: its state, what it waits for, and the actions that are possible now. */
export function CasePage({ attempt, ...page }: CasePage) {
  const regions = caseRegions(page, attempt?.draft);
  const inside = (id: string) =>
    rendered([...regions.values()].flatMap(({ html, into }) => (into === id ? [html] : [])).join(''));
  return (
    <>
      {attempt && attempt.faults.length > 0 && (
        <Faults faults={attempt.faults} isInDoubt={attempt.isInDoubt} />
      )}
      <div id="oben" data-regions>
        {inside('oben')}
      </div>
      <StandFrame page={casePage(page.view)} title="Stand der Absage" />
      <KeptWriting />
      <div id="absage" data-regions>
        {inside('absage')}
      </div>
    </>
  );
}

/** The parts of the page that the live stream updates. */
export function caseRegions(
  { view, may, entries, csrfToken, masks, approvers = null }: CasePage,
  draft: Draft = {},
): Regions {
  const forms = { view, may, csrfToken, draft, masks: may('confirm-step') ? masks : null };
  return toRegions(
    [
      { id: 'kopf', element: <Head view={view} /> },
      { id: 'stand', element: <Standing {...{ view, may }} /> },
      { id: 'versuche', element: <Trying view={view} /> },
      { id: 'freigabe', element: <Approval {...{ view, approvers }} /> },
      { id: 'frage', element: <Attention {...forms} /> },
      { id: 'wege', element: <WaysOut {...forms} /> },
      { id: 'aufgaben', element: <Tasks {...forms} /> },
      { id: 'schritte', element: <Stepper view={view} /> },
      { id: 'angaben', element: <Details view={view} /> },
      { id: 'mail', element: <PartnerMail entries={entries} isAsked={isMailInDoubt(view)} /> },
      { id: 'logbuch', element: <JournalTable entries={entries} /> },
    ].map((part) => ({ ...part, into: part.id === 'kopf' ? 'oben' : 'absage' })),
  );
}

function isMailInDoubt({ attention }: CancellationView): boolean {
  return attention?.code === 'mail-in-doubt';
}

function Head({ view }: { view: CancellationView }) {
  return (
    <div id="kopf">
      <h1 class="title">{titleOf(view)}</h1>
      <p class="facts">{factsOf(view)}</p>
      {view.series && (
        <p>
          Gehört zu einer Serie: eine E-Mail an Ö-Ticket für alle Vorstellungen dieses Hauses.{' '}
          <a href={view.series.links.page}>Zur Serie</a>
        </p>
      )}
    </div>
  );
}

function titleOf({ event, order }: CancellationView): string {
  return printable(event?.title.before ?? order.expected.title);
}

function factsOf({ event, order, house, eventNumber }: CancellationView): string {
  const startsAt = event?.startsAt ?? order.expected.startsAt;
  const place = event ? ` · ${event.venue}, ${event.location}` : '';
  return `${dayAndTime(startsAt)}${place} · ${house} ${eventNumber}`;
}
