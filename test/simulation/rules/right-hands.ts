import { ABSAGE } from '../../../src/domain/actor';
import { BY } from '../../support/trust';
import { ACTOR, FORGED_ACTOR, RESUMER, APPROVER } from '../people';
import { inputOf, type Rule } from './rule';

const IDENTITIES: Partial<Record<string, string | null>> = {
  [ACTOR]: BY.actorId,
  [RESUMER.actor]: RESUMER.by.actorId,
  [APPROVER.actor]: APPROVER.by.actorId,
  [ABSAGE.actor]: ABSAGE.actorId,
};

/** Whoever is named has asked: what nobody has proven is marked. */
export const RIGHT_HANDS_RULES: readonly Rule[] = [
  {
    id: 'S24',
    says: 'No line names somebody without "web-ui:" whose request carried no seal.',
    watch: (_seen, require) => ({
      onLine: ({ actor, operation }) =>
        require(actor !== FORGED_ACTOR, `${operation} is signed with a name that nobody has checked`),
    }),
  },
  {
    id: 'S27',
    says: 'Each line says the identity of whom it names, as it was proven; of a stated name, that it was only stated.',
    watch: (_seen, require) => ({
      onLine({ actor, actorId, operation, outcome }, attempt) {
        const isProven = actorId === (actor.startsWith('web-ui:') ? actor : IDENTITIES[actor]);
        // Aborted before the check was done, or in a run whose start was sealed by somebody else than the orderer.
        const mayBeUnproven = () => outcome === 'aborted' || inputOf(attempt).resumption !== undefined;
        const isOrderer = () => actor === ACTOR || actor === inputOf(attempt).orderedBy;
        const isUnproven = actorId === null && isOrderer() && mayBeUnproven();
        require(isProven || isUnproven, `${operation} is signed by ${actor} as ${actorId}`);
      },
    }),
  },
];
