import { FORGED_ACTOR } from '../people';
import type { Rule } from './rule';

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
];
