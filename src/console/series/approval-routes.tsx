import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../../api/faults';
import { seriesBodies } from '../../api/schemas';
import { logRefusal } from '../../api/security-log';
import { parseAs } from '../../api/validation';
import { findApprovers } from '../../cases/approvers';
import { actOnSeries } from '../../cases/series';
import { readApprovalItems, readSeriesView } from '../../cases/series-view';
import { WORDS } from '../../cases/series-approvals';
import { seriesPage } from '../../domain/addresses';
import { SERIES_APPROVAL_ACTIONS } from '../../domain/series-vocabulary';
import type { ConsoleDependencies } from '../dependencies';
import { toDraft, type Draft } from '../forms';
import type { KeptForms } from '../kept-forms';
import { show } from '../show';
import { keptForm, NOT_CARRIED_OUT } from '../turned-away';
import { SeriesApprovalPage } from './approval';
import { faultsOf } from './words';

interface Named {
  seriesId: string;
  house: string;
}

/** The page on which the approval of a house is decided, and its forms. */
export function registerSeriesApprovals(
  app: FastifyInstance,
  deps: ConsoleDependencies,
  kept: KeptForms,
): void {
  const showApproval = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { seriesId, house }: Named,
    attempt: { faults: readonly string[]; draft: Draft } = { faults: [], draft: {} },
  ) => {
    const { caller } = request;
    const view = await readSeriesView(deps, caller, seriesId);
    const approval = view.approvals.findLast((each) => each.house === house);
    // Nobody is asked for it yet, or it is not theirs to see.
    if (!approval) return reply.redirect(seriesPage(seriesId), 303);
    const { number } = approval;
    const items = await readApprovalItems(deps, caller, seriesId, { house, number });
    const canApprove = approval.allowedActions.includes('approve');
    const approvers = canApprove ? null : await findApprovers(deps, caller, house).catch(() => null);
    return show(deps, request, reply, { title: view.title, here: '/freigaben' }, (csrfToken) => (
      <SeriesApprovalPage {...{ view, approval, items, approvers, csrfToken, ...attempt }} />
    ));
  };

  app.get('/serien/:seriesId/freigabe/:house', async (request, reply) => {
    const form = await keptForm(kept, request);
    const attempt = form ? { faults: [NOT_CARRIED_OUT], draft: form.fields } : undefined;
    return showApproval(request, reply, request.params as Named, attempt);
  });

  for (const action of SERIES_APPROVAL_ACTIONS) {
    const word = WORDS[action];
    app.post(`/serien/:seriesId/${word}`, async (request, reply) => {
      const { seriesId } = request.params as Named;
      const draft: Draft = { ...toDraft(request.body), action: word };
      const { house = '', planHash, reason } = draft;
      try {
        const asked = { house, reason, ...(word === 'approve' && { planHash }) };
        await actOnSeries(deps, request.caller, seriesId, action, parseAs(seriesBodies[word], asked));
        return await reply.redirect(seriesPage(seriesId), 303);
      } catch (error) {
        const problem = toProblem(error as Error);
        if (problem.status >= 500 || problem.status === 404) throw problem;
        logRefusal(request, problem);
        const attempt = { faults: faultsOf(problem), draft };
        return showApproval(request, reply.status(problem.status), { seriesId, house }, attempt);
      }
    });
    // Whoever loads the answer to a form again by its address wants the page that it was on.
    app.get(`/serien/:seriesId/${word}`, (request, reply) =>
      reply.redirect(seriesPage((request.params as Named).seriesId), 303),
    );
  }
}
