import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../../api/faults';
import { caseParams, seriesItem } from '../../api/schemas';
import { parseAs } from '../../api/validation';
import { contactsOfHouse, requireHouse } from '../../cases/caller';
import { findCaseInTheWay } from '../../cases/holding-case';
import { requireFittingOrder } from '../../cases/orders';
import type { FieldError } from '../../cases/problems';
import type { ConsoleDependencies } from '../dependencies';
import { textsOf, toDraft, type Draft } from '../forms';
import type { KeptForms } from '../kept-forms';
import { practiceMasks } from '../practice-masks';
import { requireCase } from '../requests';
import { show } from '../show';
import { keptForm, NOT_CARRIED_OUT } from '../turned-away';
import {
  CHOICE,
  choiceKey,
  SeriesDrafts,
  seriesFormPath,
  toItemOrder,
  TYPED_FORM,
  typedFormPath,
  type ChosenItem,
  type SeriesDraft,
} from './draft';
import { TypedPage } from './typed';

const PAGE = `${TYPED_FORM}/:house/:eventNumber`;

/** The page on which the performances of a house without a gateway are typed, one after the other. */
export function registerTypedItems(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): void {
  const drafts = new SeriesDrafts(kept);

  /** The number comes from a form of its own, as that of a single order does. */
  app.get(TYPED_FORM, (request, reply) => {
    const { haus, nummer, [CHOICE]: draftId } = request.query as Record<string, unknown>;
    const typed = typeof nummer === 'string' ? nummer.trim() : nummer;
    const event = parseAs(caseParams, { house: haus, eventNumber: typed });
    return reply.redirect(typedFormPath(event, typeof draftId === 'string' ? draftId : undefined), 303);
  });

  const showForm = async (
    request: FastifyRequest,
    reply: FastifyReply,
    series: SeriesDraft | null,
    changes: { fields?: Draft; faults?: readonly FieldError[]; lost?: string } = {},
  ) => {
    const { house, eventNumber } = requireCase(deps, request, 'order');
    const known = requireHouse(deps.houses, request.caller, house, 'order');
    request.session.set('house', house);
    const inTheWay = await findCaseInTheWay(deps, request.caller, { house, eventNumber });
    const own = series?.items.find((item) => choiceKey(item) === choiceKey({ house, eventNumber }))?.typed;
    const earlier = series?.items.findLast((item) => item.house === house)?.typed;
    const given = changes.fields ?? own;
    const frame = { title: 'Mehrere absagen', here: '/absagen/neu' } as const;
    return show(deps, request, reply, frame, (csrfToken) => (
      <TypedPage
        {...{ house, eventNumber, series, inTheWay, csrfToken }}
        fields={given ?? likeThe(earlier)}
        isPrefilled={!given && earlier !== undefined}
        faults={changes.faults}
        lost={changes.lost}
        contacts={contactsOfHouse(known)}
        masks={practiceMasks(deps)}
      />
    ));
  };

  app.get(PAGE, async (request, reply) => {
    const form = await keptForm(kept, request);
    if (!form) return showForm(request, reply, await drafts.find(request));
    const series = await drafts.read(request, form.fields[CHOICE]);
    return showForm(request, reply, series, { fields: form.fields, lost: NOT_CARRIED_OUT });
  });

  app.post(PAGE, async (request, reply) => {
    const { house, eventNumber } = requireCase(deps, request, 'order');
    const series = await drafts.find(request);
    const { [CHOICE]: _id, danach: _after, ...fields } = toDraft(request.body);
    try {
      const item = toChosen({ house, eventNumber, typed: fields });
      requireFittingOrder(requireHouse(deps.houses, request.caller, house, 'order'), item.seen);
      const others = (series?.items ?? []).filter((each) => choiceKey(each) !== choiceKey(item.chosen));
      const id = await drafts.keep(request, series?.fields ?? {}, [...others, item.chosen]);
      const [after] = textsOf(request.body, 'danach');
      const next = `/absagen/neu?haus=${house}&${CHOICE}=${id}`;
      return await reply.redirect(after === 'weitere' ? next : seriesFormPath(id), 303);
    } catch (error) {
      const problem = toProblem(error as Error);
      const { errors: faults } = problem.extra;
      if (!faults) throw error;
      return showForm(request, reply.status(problem.status), series, { fields, faults });
    }
  });
}

/** What was typed, as the draft keeps it, and as an order is checked. */
function toChosen({ house, eventNumber, typed }: Pick<ChosenItem, 'house' | 'eventNumber' | 'typed'>) {
  const expected = { title: '', startsAt: '' };
  const seen = parseAs(seriesItem, toItemOrder({ house, eventNumber, typed, expected }));
  return { seen, chosen: { house, eventNumber, typed, expected: seen.expected } };
}

/** What performances of one production mostly have in common. What tells them apart is always read from the mask. */
function likeThe(earlier: Draft | undefined): Draft {
  return Object.fromEntries(ALIKE.map((name) => [`seen.${name}`, earlier?.[`seen.${name}`]]));
}

const ALIKE = ['title', 'customerTitle', 'venue', 'location', 'organiser', 'production'] as const;
