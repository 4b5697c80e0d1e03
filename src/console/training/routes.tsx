import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Child } from 'hono/jsx';
import { visibleHouses } from '../../cases/caller';
import { allowedHouses } from '../../cases/caller';
import { listCancellations, type ListedCancellation } from '../../cases/lists';
import { requireHouse, type OrderDesk } from '../../cases/orders';
import { PROBLEMS, Problem } from '../../cases/problems';
import { toProblem } from '../../api/faults';
import { caseParams } from '../../api/schemas';
import { parseAs } from '../../api/validation';
import { readView, type CancellationView } from '../../cases/view';
import { isEnd } from '../../domain/vocabulary';
import { toDraft } from '../forms';
import { ALL_NORMAL, MISHAPS, NEW_PROGRAMME, takeBack, type TrainingEvent } from './mishaps';
import type { TrainingSettings } from '../../settings/training';
import { TrainingDesk, TrainingFault } from './desk';
import { Done, TrainingCard, TrainingPage } from './pages';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether there is something to practise with: `away`, there will be again. Absent: there never is. */
    training?: 'here' | 'away';
  }
}

/** Sends a page. */
type Show = (
  request: FastifyRequest,
  reply: FastifyReply,
  frame: { title: string; here: '/uebung' },
  body: (csrfToken: string) => Child,
) => FastifyReply;

type TrainingDependencies = OrderDesk & { training: TrainingSettings };

/** What can be done here, by the last part of its address. */
const BUTTONS = new Map([...MISHAPS, NEW_PROGRAMME].map((mishap) => [mishap.id, mishap]));

/** The pages for practising. Behind an address where there is no simulator they do not exist. */
export function registerTraining(app: FastifyInstance, deps: TrainingDependencies, show: Show): void {
  const { training } = deps;
  const desk = new TrainingDesk(training);
  app.addHook('preHandler', async (request) => {
    const behind = await desk.look();
    if (behind !== 'other') request.training = behind === 'simulator' ? 'here' : 'away';
  });

  const showPage = async (
    request: FastifyRequest,
    reply: FastifyReply,
    fault: string | null = request.training === 'away' ? AWAY : null,
    origin: string | null = null,
  ) => {
    const rows = await listCases(deps, request).catch(() => []);
    const cases = rows.filter(({ state }) => !isEnd(state));
    const { getan: done } = request.query as Record<string, string | undefined>;
    return show(request, reply, { title: 'Übung', here: '/uebung' }, (csrfToken) => (
      <TrainingPage {...training} {...{ csrfToken, cases, done, fault, origin }} />
    ));
  };

  app.get('/uebung', (request, reply) => {
    requireTraining(request);
    return showPage(request, reply);
  });

  app.post('/uebung/:button', async (request, reply) => {
    requireTraining(request);
    const { button } = request.params as { button: string };
    const { fall, von, richtung } = toDraft(request.body);
    const isUndo = richtung === 'zurueck';
    const wanted = fall ? requireCase(deps, request, fall) : null;
    const origin = von === 'absage' && wanted ? `/absagen/${wanted.house}/${wanted.eventNumber}` : null;
    try {
      if (button === ALL_NORMAL.id) await makeAllNormal(deps, desk, request);
      else await press(deps, desk, { button, isUndo, wanted });
    } catch (error) {
      const { status, message } = told(error as Error);
      return showPage(request, reply.status(status), message, origin);
    }
    const done = isUndo ? `${button}-zurueck` : button;
    return reply.redirect(origin ? `${origin}?uebung=${done}` : `/uebung?getan=${done}`, 303);
  });
}

/** What has just been done, for the page of a cancellation. */
export function trainingNotice({ training, query }: FastifyRequest): Child {
  const { uebung: done } = query as Record<string, string | undefined>;
  return training ? <Done done={done} href="#uebung" /> : null;
}

/** The folded card on the page of a cancellation; nothing where there is nothing to practise. */
export function trainingCard(
  deps: OrderDesk & { training?: TrainingSettings | null },
  { training: presence, query }: FastifyRequest,
  { house, eventNumber, event, state }: CancellationView,
  csrfToken: string,
): Child {
  const isGuided = deps.houses.get(house)?.backend === 'guided';
  const { uebung: done } = query as Record<string, string | undefined>;
  if (!deps.training || presence !== 'here' || isGuided || !event || isEnd(state)) return null;
  const of = { house, eventNumber, title: event.title.before };
  return <TrainingCard {...deps.training} {...{ of, done, csrfToken }} />;
}

const AWAY =
  'Der Simulator antwortet gerade nicht. Bitte starten Sie ihn, oder versuchen Sie es gleich noch einmal.';

function requireTraining({ training }: FastifyRequest): void {
  if (!training) throw new Problem('not-found');
}

async function press(
  deps: TrainingDependencies,
  desk: TrainingDesk,
  { button, isUndo, wanted }: { button: string; isUndo: boolean; wanted: Case | null },
): Promise<void> {
  const mishap = BUTTONS.get(button);
  if (!mishap || (mishap.isOfMail && !desk.hasMail)) throw new Problem('not-found');
  const event = mishap.isOfEvent && wanted ? await readTrainingEvent(deps, wanted) : null;
  const target = { eventNumber: wanted?.eventNumber ?? null, event };
  await desk.carryOut((hands) => (isUndo ? mishap.undo(hands, target) : mishap.work(hands, target)));
}

async function makeAllNormal(
  deps: TrainingDependencies,
  desk: TrainingDesk,
  request: FastifyRequest,
): Promise<void> {
  // Without the list, all that is not about a cancellation can be put right nevertheless.
  const cases = await listCases(deps, request).catch(() => null);
  await desk.carryOut(async (hands) => {
    await hands.pauseSync(false);
    await hands.openJet();
    // A mail catcher that is away has nothing left to undo: it keeps its faults in memory.
    if (desk.hasMail) await hands.keepMails().catch(() => {});
    for (const { eventNumber, state } of newestOfEach(cases ?? [])) {
      await takeBack(hands, { eventNumber }, 'status');
      // A title belongs to whoever comes after an end: what was restored must not be marked again.
      if (!isEnd(state) && state !== 'aborting') await takeBack(hands, { eventNumber }, 'title');
    }
  });
  if (!cases) {
    const text =
      'Ö-Ticket, Jet und die E-Mails arbeiten wieder. Was Kolleginnen geändert haben, konnte gerade nicht zurückgenommen werden.';
    throw new TrainingFault(text, 503);
  }
}

/** The newest cases of the houses that somebody may act for, of which something can happen in the simulator. */
async function listCases(deps: TrainingDependencies, { caller }: FastifyRequest) {
  const { cancellations } = await listCancellations(deps, { houses: allowedHouses(caller) });
  return cancellations.filter(({ house }) => deps.houses.get(house)?.backend === 'gateway');
}

function newestOfEach(rows: readonly ListedCancellation[]): ListedCancellation[] {
  const newest = new Map<string, ListedCancellation>();
  for (const row of rows) if (!newest.has(row.eventNumber)) newest.set(row.eventNumber, row);
  return [...newest.values()];
}

type Case = Pick<TrainingEvent, 'house' | 'eventNumber'>;

/** Whoever may not cancel an event may not disturb it either. */
function requireCase({ houses }: TrainingDependencies, { caller }: FastifyRequest, given: string): Case {
  const [house, eventNumber] = given.split('/');
  const wanted = parseAs(caseParams, { house, eventNumber });
  const isVisible = visibleHouses(houses, caller).some(
    ({ key, backend }) => key === wanted.house && backend === 'gateway',
  );
  if (!isVisible) throw new Problem('house-not-found');
  return wanted;
}

/** Only what is being cancelled can be disturbed: its check has seen the event, so it is one of this house. */
async function readTrainingEvent(deps: TrainingDependencies, wanted: Case): Promise<TrainingEvent> {
  const view = await readView(deps, wanted.house, wanted.eventNumber);
  if (!view) throw new Problem('cancellation-not-found');
  if (isEnd(view.state)) {
    const text = `Diese Absage ist schon zu Ende. „${ALL_NORMAL.title}“ nimmt zurück, was geblieben ist.`;
    throw new TrainingFault(text, 409);
  }
  if (!view.event) throw new TrainingFault('Diese Absage wird gerade erst geprüft.', 409);
  const { marker } = requireHouse(deps.houses, wanted.house);
  return { ...wanted, title: view.event.title.before ?? view.order.expected.title, marker };
}

/** As a sentence on the page; what nobody expects is for the page that all such errors have. */
function told(error: Error): { status: number; message: string } {
  if (error instanceof TrainingFault) return { status: error.status, message: error.message };
  const problem = toProblem(error);
  if (problem.code === 'internal' || problem.code === 'not-found') throw error;
  return { status: problem.status, message: problem.detail ?? PROBLEMS[problem.code].title };
}
