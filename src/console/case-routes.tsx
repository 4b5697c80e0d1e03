import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../api/faults';
import { sendProtocol } from '../api/protocol';
import { actionBodies } from '../api/schemas';
import { untilClosed } from '../api/stream';
import { parseAs } from '../api/validation';
import { actOn, resumeCase } from '../cases/actions';
import type { Caller } from '../cases/caller';
import type { LiveCases } from '../cases/live';
import type { Problem } from '../cases/problems';
import { PROBLEMS } from '../cases/problems';
import { readView } from '../cases/newest-case';
import type { CancellationView } from '../cases/view';
import { ACTIONS, isEnd, type Action } from '../domain/vocabulary';
import { CasePage, caseRegions, type Attempt } from './case';
import type { ConsoleDependencies } from './dependencies';
import { toAction, toDraft, type Draft } from './forms';
import { sendRegions, type PageState } from './regions';
import type { KeptForm, KeptForms } from './kept-forms';
import { requireCase, type Case } from './requests';
import { show } from './show';
import { trainingCard, trainingNotice } from './training/routes';
import { keptForm, NOT_CARRIED_OUT } from './turned-away';
import { faultText } from './words';

/** The page of one case, its live stream, its Protokoll, and one form for each action. */
export function registerCase(
  app: FastifyInstance,
  deps: ConsoleDependencies,
  live: LiveCases,
  kept: KeptForms,
): void {
  const showCase = async (request: FastifyRequest, reply: FastifyReply, attempt?: Attempt) => {
    const { house, eventNumber } = requireCase(deps, request);
    const view = await readView(deps, request.caller, house, eventNumber);
    const entries = await readLines(deps, view);
    const frame = {
      title: view.event?.title.before ?? view.order.expected.title,
      live: livePath(view),
      isTypedOn: view.attention !== null || attempt !== undefined,
    };
    return show(deps, request, reply, frame, (csrfToken) => (
      <>
        {trainingNotice(request)}
        <CasePage {...{ view, entries, csrfToken, attempt }} />
        {trainingCard(deps, request, view, csrfToken)}
      </>
    ));
  };

  app.get('/absagen/:house/:eventNumber', (request, reply) =>
    showCase(request, reply, keptAttempt(keptForm(kept, request))),
  );

  app.get('/absagen/:house/:eventNumber/live', { exposeHeadRoute: false }, (request, reply) => {
    const { house, eventNumber } = requireCase(deps, request);
    const csrfToken = reply.generateCsrf();
    const readings = live.watchCase(request.caller, house, eventNumber, untilClosed(reply));
    return sendRegions(reply, caseStates(deps, readings, csrfToken));
  });

  const forms = { '': 'text/html', '.pdf': 'application/pdf', '.json': 'application/json' } as const;
  for (const [extension, type] of Object.entries(forms)) {
    app.get(`/absagen/:house/:eventNumber/protokoll${extension}`, (request, reply) => {
      const wanted = requireCase(deps, request);
      const address = `/absagen/${wanted.house}/${wanted.eventNumber}/protokoll`;
      return sendProtocol(deps, request.caller, reply, wanted, type, {
        pdf: `${address}.pdf`,
        json: `${address}.json`,
      });
    });
  }

  for (const action of ACTIONS) {
    app.post(`/absagen/:house/:eventNumber/${action}`, async (request, reply) => {
      const wanted = requireCase(deps, request);
      const draft = { ...toDraft(request.body), action };
      try {
        await act(deps, request.caller, action, wanted, draft);
      } catch (error) {
        const problem = toProblem(error as Error);
        if (problem.status >= 500 || problem.status === 404) throw problem;
        const attempt = { faults: faultsOf(problem), draft, isInDoubt: problem.isInDoubt };
        return showCase(request, reply.status(problem.status), attempt);
      }
      return reply.redirect(`/absagen/${wanted.house}/${wanted.eventNumber}`, 303);
    });
  }
}

/** A form that was sent without a log-in, as an attempt that was refused. */
function keptAttempt(form: KeptForm | null): Attempt | undefined {
  if (!form) return undefined;
  const { reason } = form.fields;
  // The form may not be on the page any more, and then the person's words are here alone.
  return { faults: [NOT_CARRIED_OUT, ...(reason ? [`Begründung: „${reason}“`] : [])], draft: form.fields };
}

function livePath({ house, eventNumber }: CancellationView): string {
  return `/absagen/${house}/${eventNumber}/live`;
}

async function act(
  deps: ConsoleDependencies,
  caller: Caller,
  action: Action,
  wanted: Case,
  draft: Draft,
): Promise<CancellationView> {
  const request = parseAs(actionBodies[action], toAction(draft)) as { reason: string };
  const asked = { ...wanted, request };
  return action === 'resume' ? resumeCase(deps, caller, asked) : actOn(deps, caller, action, asked);
}

function faultsOf({ code, detail, extra }: Problem): string[] {
  const errors = (extra.errors ?? []).map(faultText);
  return errors.length > 0 ? errors : [detail ?? PROBLEMS[code].title];
}

async function* caseStates(
  deps: ConsoleDependencies,
  readings: ReturnType<LiveCases['watchCase']>,
  csrfToken: string,
): AsyncGenerator<PageState, void> {
  for await (const reading of readings) {
    const view = 'value' in reading ? reading.value : null;
    // Without a last state the browser reconnects: the stream broke off because the server is stopping.
    yield (
      view && {
        regions: caseRegions({ view, entries: await readLines(deps, view), csrfToken }),
        isLast: isEnd(view.state),
      }
    );
  }
}

/** An unreadable journal leaves its own table empty and hides nothing else on the page. */
function readLines({ journal }: ConsoleDependencies, { caseId }: CancellationView) {
  return journal.entries(caseId).catch(() => []);
}
