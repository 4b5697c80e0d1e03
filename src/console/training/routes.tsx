import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Child } from 'hono/jsx';
import { toProblem } from '../../api/faults';
import { caseParams } from '../../api/schemas';
import { parseAs } from '../../api/validation';
import { housesFor, mayDo, requireHouse, type Caller } from '../../cases/caller';
import { listCancellations, type ListedCancellation } from '../../cases/lists';
import { readView } from '../../cases/case-view';
import { PROBLEMS, Problem } from '../../cases/problems';
import type { CancellationView } from '../../cases/view';
import { whoMay } from '../../domain/rights';
import { isEnd } from '../../domain/vocabulary';
import type { ConsoleDependencies } from '../dependencies';
import { toDraft } from '../forms';
import type { WantedCase } from '../../cases/which-case';
import { casePage } from '../../domain/addresses';
import { show } from '../show';
import type { TrainingSettings } from '../../settings/training';
import { TrainingDesk, TrainingFault, type Standing } from './desk';
import { renderLessonPlan } from './lesson-plan';
import { ALL_NORMAL, MISHAPS, NEW_PROGRAMME, takeBack, type TrainingEvent } from './mishaps';
import { Done, ProgrammeQuestion, TrainingCard, TrainingPage } from './pages';
import { noteName, switchedOn } from './switched';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the simulator answers; `away`: not at the moment. Absent: there is no simulator to practise with. */
    training?: 'here' | 'away';
    /** What is switched on; `null`: nobody says so at the moment. Absent where there is nothing to practise with. */
    readStanding?: () => Promise<Standing | null>;
  }
}

type TrainingDependencies = ConsoleDependencies & { training: TrainingSettings };

/** The mishaps, by the last part of their address. */
const BUTTONS = new Map([...MISHAPS, NEW_PROGRAMME].map((mishap) => [mishap.id, mishap]));

/** The pages for practising. If another server answers at the simulator's address, they do not exist. */
export function registerTraining(app: FastifyInstance, deps: TrainingDependencies): void {
  const { training } = deps;
  const desk = new TrainingDesk(training);
  app.addHook('preHandler', async (request) => {
    const behind = await desk.look();
    if (behind === 'other') return;
    request.training = behind === 'simulator' ? 'here' : 'away';
    request.readStanding = () => desk.readStanding();
  });

  /** What can be disturbed, and what is switched on already. */
  const readPractice = async (request: FastifyRequest) => {
    const [rows, standing] = await Promise.all([
      listCases(deps, request).catch(() => []),
      desk.readStanding(),
    ]);
    const running = rows.filter(({ state }) => !isEnd(state));
    const cases = running.filter(({ house }) => hasGateway(deps, house));
    return { running, cases, on: switchedOn(standing, cases) };
  };

  const showPage = async (
    request: FastifyRequest,
    reply: FastifyReply,
    fault: string | null = request.training === 'away' ? AWAY : null,
    origin: string | null = null,
  ) => {
    const { cases, on } = await readPractice(request);
    const masks = `${training.simulatorUrl}/masken`;
    const { getan: done } = request.query as Record<string, string | undefined>;
    return show(deps, request, reply, { title: 'Übung', here: '/uebung' }, (csrfToken) => (
      <TrainingPage {...training} {...{ csrfToken, cases, on, done, fault, origin, masks }} />
    ));
  };

  app.get('/uebung', (request, reply) => {
    requireTraining(deps, request);
    return showPage(request, reply);
  });

  let plan: Promise<Buffer> | null = null;
  app.get('/uebung/plan.pdf', async (request, reply) => {
    requireTraining(deps, request);
    // It says the same each time, and drawing it takes a moment.
    plan ??= renderLessonPlan(new Date());
    return reply
      .type('application/pdf')
      .header('content-disposition', 'inline; filename="Uebungsplan.pdf"')
      .send(await plan);
  });

  app.post('/uebung/:button', async (request, reply) => {
    requireTraining(deps, request);
    const { button } = request.params as { button: string };
    const { fall, von, richtung, sicher } = toDraft(request.body);
    const isUndo = richtung === 'zurueck';
    const wanted = fall ? requireCaseInSimulator(deps, request, fall) : null;
    const origin = von === 'absage' && wanted ? casePage(wanted) : null;
    if (button === NEW_PROGRAMME.id && sicher !== 'ja') {
      const { running: cases, on } = await readPractice(request);
      const from = origin === null ? null : (fall ?? null);
      return show(deps, request, reply, { title: NEW_PROGRAMME.title, here: '/uebung' }, (csrfToken) => (
        <ProgrammeQuestion {...{ cases, on, csrfToken, fall: from }} />
      ));
    }
    try {
      if (button === ALL_NORMAL.id) await makeAllNormal(deps, desk, request);
      else await press(deps, request.caller, desk, { button, isUndo, wanted });
    } catch (error) {
      const { status, message } = toMessage(error as Error);
      return showPage(request, reply.status(status), message, origin);
    }
    const done = isUndo ? `${button}-zurueck` : button;
    return reply.redirect(origin ? `${origin}?uebung=${done}` : `/uebung?getan=${done}`, 303);
  });
}

/** What the pressed button has done, for the page of a cancellation. */
export function trainingNotice({ training, query }: FastifyRequest): Child {
  const { uebung: done } = query as Record<string, string | undefined>;
  return training ? <Done done={done} href="#uebung" /> : null;
}

/** The folded card on the page of a cancellation; nothing if it cannot be disturbed. */
export function trainingCard(
  deps: ConsoleDependencies,
  { training: presence, query, caller }: FastifyRequest,
  { house, eventNumber, event, order, state }: CancellationView,
  csrfToken: string,
  standing: Standing | null,
): Child {
  const isGuided = deps.houses.get(house)?.backend === 'guided';
  const { uebung: done } = query as Record<string, string | undefined>;
  if (!deps.training || presence !== 'here' || isGuided || isEnd(state)) return null;
  if (!mayDo(caller, house, 'order')) return null;
  // The check has not read the event yet on the page that one lands on after ordering.
  const of = { house, eventNumber, title: event?.title.before ?? order.expected.title };
  const on = switchedOn(standing, [of]);
  return <TrainingCard {...deps.training} {...{ of, on, done, csrfToken }} />;
}

const AWAY =
  'Der Simulator antwortet gerade nicht. Bitte starten Sie ihn, oder versuchen Sie es gleich noch einmal.';

/** Whoever may order nothing may disturb nothing either. */
function requireTraining({ houses }: TrainingDependencies, { training, caller }: FastifyRequest): void {
  if (!training) throw new Problem('not-found');
  if (housesFor(houses, caller, 'order').length === 0) throw new Problem('not-allowed', whoMay('order'));
}

async function press(
  deps: TrainingDependencies,
  caller: Caller,
  desk: TrainingDesk,
  { button, isUndo, wanted }: { button: string; isUndo: boolean; wanted: WantedCase | null },
): Promise<void> {
  const mishap = BUTTONS.get(button);
  if (!mishap || (mishap.isOfMail && !desk.hasMail)) throw new Problem('not-found');
  const event = mishap.isOfEvent && wanted ? await readTrainingEvent(deps, caller, wanted) : null;
  const target = { eventNumber: wanted?.eventNumber ?? null, event };
  const name = noteName(mishap, wanted);
  await desk.carryOut(async (hands) => {
    if (isUndo) {
      await mishap.undo(hands, target);
      return hands.forget(name);
    }
    await mishap.work(hands, target);
    // What cannot be switched off again is not switched on.
    if (mishap.undoTitle) await hands.note(name, caller.actor);
  });
}

async function makeAllNormal(
  deps: TrainingDependencies,
  desk: TrainingDesk,
  request: FastifyRequest,
): Promise<void> {
  // If the list cannot be read, everything that does not belong to a cancellation is still put right.
  const cases = await listCases(deps, request).catch(() => null);
  await desk.carryOut(async (hands) => {
    await hands.pauseSync(false);
    await hands.openJet();
    await hands.forget();
    // The mail catcher keeps its faults in memory: if it does not answer, it has none left to undo.
    if (desk.hasMail) await hands.keepMails().catch(() => {});
    for (const { house, eventNumber, state } of newestOfEach(cases ?? [])) {
      // What stands in the masks of a house without a gateway is the trainee's own doing.
      if (!hasGateway(deps, house)) continue;
      await takeBack(hands, { eventNumber }, 'status');
      // The titles of a case that has ended or is aborting are left alone: restoring ours would mark them again.
      if (!isEnd(state) && state !== 'aborting') await takeBack(hands, { eventNumber }, 'title');
    }
  });
  if (!cases) {
    const text =
      'Ö-Ticket, Jet und die E-Mails arbeiten wieder. Was Kolleginnen geändert haben, konnte gerade nicht zurückgenommen werden.';
    throw new TrainingFault(text, 503);
  }
}

/** The newest cases of the caller's houses. */
async function listCases(deps: TrainingDependencies, { caller }: FastifyRequest) {
  return (await listCancellations(deps, caller, {})).cancellations;
}

/** Only there can a colleague come between: Absage reads and writes the event itself. */
function hasGateway({ houses }: TrainingDependencies, house: string): boolean {
  return houses.get(house)?.backend === 'gateway';
}

function newestOfEach(rows: readonly ListedCancellation[]): ListedCancellation[] {
  const newest = new Map<string, ListedCancellation>();
  for (const row of rows) if (!newest.has(row.eventNumber)) newest.set(row.eventNumber, row);
  return [...newest.values()];
}

/** A caller who may not cancel an event may not disturb it either. */
function requireCaseInSimulator(
  { houses }: TrainingDependencies,
  { caller }: FastifyRequest,
  given: string,
): WantedCase {
  const [house, eventNumber] = given.split('/');
  const wanted = parseAs(caseParams, { house, eventNumber });
  const { backend } = requireHouse(houses, caller, wanted.house, 'order');
  if (backend !== 'gateway') throw new Problem('house-not-found');
  return wanted;
}

/** Only a running cancellation can be disturbed: its check has read the event, so the event belongs to this house. */
async function readTrainingEvent(
  deps: TrainingDependencies,
  caller: Caller,
  wanted: WantedCase,
): Promise<TrainingEvent> {
  const view = await readView(deps, caller, wanted);
  if (isEnd(view.state)) {
    const text = `Diese Absage ist schon zu Ende. „${ALL_NORMAL.title}“ nimmt zurück, was geblieben ist.`;
    throw new TrainingFault(text, 409);
  }
  if (!view.event) throw new TrainingFault('Diese Absage wird gerade erst geprüft.', 409);
  const { marker } = requireHouse(deps.houses, caller, wanted.house, 'order');
  return { ...wanted, title: view.event.title.before ?? view.order.expected.title, marker };
}

/** The sentence that the page shows. Rethrows unexpected errors, which the error page answers. */
function toMessage(error: Error): { status: number; message: string } {
  if (error instanceof TrainingFault) return { status: error.status, message: error.message };
  const problem = toProblem(error);
  if (problem.code === 'internal' || problem.code === 'not-found') throw error;
  return { status: problem.status, message: problem.detail ?? PROBLEMS[problem.code].title };
}
