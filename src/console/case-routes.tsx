import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../api/faults';
import { logRefusal } from '../api/security-log';
import { sendProtocol } from '../api/protocol';
import { actionBodies, tickBody } from '../api/schemas';
import { parseAs } from '../api/validation';
import { actOn, resumeCase } from '../cases/actions';
import { findApprovers } from '../cases/approvers';
import { mayDo, type Caller } from '../cases/caller';
import { tickTask, type TickRequest } from '../cases/house-tasks';
import type { LiveCases } from '../cases/live';
import type { Problem } from '../cases/problems';
import { PROBLEMS } from '../cases/problems';
import { readView } from '../cases/case-view';
import { readShownLines } from '../cases/contact';
import type { CancellationView } from '../cases/view';
import type { WantedCase } from '../cases/which-case';
import { casePage } from '../domain/addresses';
import type { Right } from '../domain/rights';
import { ACTIONS, isEnd, type Action } from '../domain/vocabulary';
import { CasePage, caseRegions, type Attempt } from './case';
import { Standing, tooLate, Trying } from './case/standing';
import type { ConsoleDependencies } from './dependencies';
import { IN_A_FRAME } from './content-policy';
import { REASON_CHOICE, toAction, toDraft, type Draft } from './forms';
import type { LivePages } from './live-routes';
import type { PageState } from './regions';
import type { KeptForm, KeptForms } from './kept-forms';
import { requireCase } from './requests';
import { show } from './show';
import { practiceMasks } from './practice-masks';
import { renderStandFrame, STAND } from './stand-frame';
import { trainingCard, trainingNotice } from './training/routes';
import { keptForm, NOT_CARRIED_OUT } from './turned-away';
import { faultText } from './words';

/** The address of a case, and that of its event, where it is meant while it is the newest one. */
const ADDRESSES = ['/absagen/:house/:eventNumber/:caseId', '/absagen/:house/:eventNumber'];

/** The page of a case, its Protokoll, and one form for each action. */
export function registerCase(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): void {
  for (const address of ADDRESSES) registerCaseAt(app, deps, kept, address);
}

/** What keeps the page of a case up to date. */
export function liveCase(deps: ConsoleDependencies, live: LiveCases): LivePages {
  return {
    path: /^\/absagen\/(?<house>[^/]+)\/(?<eventNumber>[^/]+)(?:\/(?<caseId>[^/]+))?$/,
    states({ caller }, { parts, csrfToken }, signal) {
      const wanted = requireCase(deps, { params: parts, caller });
      return caseStates(deps, caller, live.watchCase(caller, wanted, signal), csrfToken);
    },
  };
}

function registerCaseAt(
  app: FastifyInstance,
  deps: ConsoleDependencies,
  kept: KeptForms,
  address: string,
): void {
  const showCase = async (
    request: FastifyRequest,
    reply: FastifyReply,
    wanted = requireCase(deps, request),
    attempt?: Attempt,
  ) => {
    const view = await readView(deps, request.caller, wanted);
    const entries = await readLines(deps, view);
    const approvers = await readApprovers(deps, request.caller, view);
    const standing = (await request.readStanding?.()) ?? null;
    const frame = {
      title: view.event?.title.before ?? view.order.expected.title,
      live: casePage(view),
      hasStand: true,
    };
    return show(deps, request, reply, frame, (csrfToken) => (
      <>
        {trainingNotice(request)}
        <CasePage
          {...{ view, entries, approvers, csrfToken }}
          {...{ masks: practiceMasks(deps), may: mayIn(request.caller, view) }}
          attempt={attempt && withOwnWords(attempt, view)}
        />
        {trainingCard(deps, request, view, csrfToken, standing)}
      </>
    ));
  };

  app.get(address, async (request, reply) =>
    showCase(request, reply, undefined, keptAttempt(await keptForm(kept, request))),
  );

  app.get(
    `${address}/${STAND}`,
    { config: { isFrame: true }, helmet: IN_A_FRAME },
    async (request, reply) => {
      const view = await readView(deps, request.caller, requireCase(deps, request));
      const stand = { page: casePage(view), isLast: isEnd(view.state) };
      const body = (
        <>
          <Standing {...{ view, may: mayIn(request.caller, view) }} />
          <Trying view={view} />
        </>
      );
      return reply.type('text/html; charset=utf-8').send(renderStandFrame({ ...stand, body }));
    },
  );

  const forms = { '': 'text/html', '.pdf': 'application/pdf', '.json': 'application/json' } as const;
  for (const [extension, type] of Object.entries(forms)) {
    app.get(`${address}/protokoll${extension}`, async (request, reply) => {
      if (type === 'application/pdf') await request.spend('pdfs');
      const wanted = requireCase(deps, request);
      const protocol = `${casePage(wanted)}/protokoll`;
      const links = {
        pdf: `${protocol}.pdf`,
        json: `${protocol}.json`,
        back: casePage(wanted),
        backText: 'Zurück zur Absage',
      };
      return sendProtocol(deps, request.caller, reply, wanted, type, links);
    });
  }

  app.post(`${address}/aufgaben/:task`, async (request, reply) => {
    const wanted = requireCase(deps, request);
    const { task } = request.params as { task: string };
    await tickTask(deps, request.caller, wanted, task, toTick(request.body));
    return reply.redirect(`${casePage(wanted)}#aufgaben`, 303);
  });

  for (const action of ACTIONS) {
    // Whoever loads the answer to a form again by its address wants the case.
    app.get(`${address}/${action}`, (request, reply) =>
      reply.redirect(casePage(requireCase(deps, request)), 303),
    );
    app.post(`${address}/${action}`, async (request, reply) => {
      const wanted = requireCase(deps, request);
      const draft: Draft = { ...toDraft(request.body), action };
      try {
        const view = await act(deps, request.caller, action, wanted, draft);
        return await reply.redirect(goesOnAt(action, view), 303);
      } catch (error) {
        const problem = toProblem(error as Error);
        if (problem.status >= 500 || problem.status === 404) throw problem;
        logRefusal(request, problem);
        const attempt = { faults: faultsOf(problem), draft, isInDoubt: problem.circumstances.isInDoubt };
        // The case that the form was meant for, even where the event has another one by now.
        const meant = { ...wanted, caseId: wanted.caseId ?? draft.caseId };
        return showCase(request, reply.status(problem.status), meant, attempt);
      }
    });
  }
}

/** Whoever does the steps of several performances by hand goes on with the next one. */
function goesOnAt(action: Action, view: CancellationView): string {
  const isOneOfMany = action === 'confirm-step' && view.order.seen !== undefined && view.series;
  return isOneOfMany ? `${isOneOfMany.links.page}#von-hand` : casePage(view);
}

function mayIn(caller: Caller, { house }: CancellationView) {
  return (what: Right) => mayDo(caller, house, what);
}

/** Where the form is not on the page any more, the person's words are here alone; with the time that made it go. */
function withOwnWords(attempt: Attempt, view: CancellationView): Attempt {
  const { action, reason, [REASON_CHOICE]: chosen } = attempt.draft;
  if (!action || view.allowedActions.includes(action as Action)) return attempt;
  const words = [chosen, reason].filter(Boolean).join(' ');
  const why = action === 'abort' && view.pointOfNoReturnPassed ? [tooLate(view)] : [];
  return { ...attempt, faults: [...attempt.faults, ...why, ...(words ? [`Begründung: „${words}“`] : [])] };
}

/** An empty field is no note. */
function toTick(body: unknown): TickRequest {
  const { done, note } = body as Record<string, string | undefined>;
  return parseAs(tickBody, { done: done === 'true', note: note?.trim() || undefined });
}

/** A form that was sent without a log-in, as an attempt that was refused. */
function keptAttempt(form: KeptForm | null): Attempt | undefined {
  if (!form) return undefined;
  return { faults: [NOT_CARRIED_OUT], draft: form.fields };
}

async function act(
  deps: ConsoleDependencies,
  caller: Caller,
  action: Action,
  wanted: WantedCase,
  draft: Draft,
): Promise<CancellationView> {
  const request = parseAs(actionBodies[action], toAction(draft)) as { reason: string; caseId?: string };
  const asked = { ...wanted, request };
  return action === 'resume' ? resumeCase(deps, caller, asked) : actOn(deps, caller, action, asked);
}

function faultsOf({ code, detail, extra }: Problem): string[] {
  const errors = (extra.errors ?? []).map(faultText);
  return errors.length > 0 ? errors : [detail ?? PROBLEMS[code].title];
}

async function* caseStates(
  deps: ConsoleDependencies,
  caller: Caller,
  readings: ReturnType<LiveCases['watchCase']>,
  csrfToken: string,
): AsyncGenerator<PageState, void> {
  for await (const reading of readings) {
    const view = 'value' in reading ? reading.value : null;
    // Without a last state the browser reconnects: the stream broke off because the server is stopping.
    yield (
      view && {
        regions: caseRegions({
          view,
          may: mayIn(caller, view),
          entries: await readLines(deps, view),
          approvers: await readApprovers(deps, caller, view),
          csrfToken,
          masks: practiceMasks(deps),
        }),
        isLast: isEnd(view.state),
      }
    );
  }
}

/** Whoever can decide needs nobody else; without a readable database only that is missing on the page. */
async function readApprovers(deps: ConsoleDependencies, caller: Caller, view: CancellationView) {
  if (view.state !== 'awaiting-approval' || view.allowedActions.includes('approve')) return null;
  return findApprovers(deps, caller, view.house).catch(() => null);
}

/** An unreadable journal leaves its own table empty and hides nothing else on the page. */
async function readLines({ journal }: ConsoleDependencies, { caseId }: CancellationView) {
  const { entries } = await readShownLines(journal, caseId).catch(() => ({ entries: [] }));
  return entries;
}
