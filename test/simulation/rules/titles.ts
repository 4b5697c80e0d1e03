import type { JetEvent } from '../../../src/domain/types';
import { inputOf, type Rule } from './rule';
import { MARKED, textsOf } from './seen';

/** How the titles are marked and restored. */
export const TITLES_RULES: readonly Rule[] = [
  {
    id: 'S8',
    says: 'A title is never marked twice.',
    watch: ({ world: { jet } }, require) => ({
      afterWrite: () => {
        const title = jet.writes.at(-1)!.after?.title ?? '';
        require(!MARKED.test(title.replace(MARKED, '')), `the title is marked twice: ${title}`);
      },
    }),
  },
  {
    id: 'S9',
    says: 'A step that is carried out again leaves what it left the first time: texts that are restored are not saved once more.',
    watch: ({ world: { jet }, lines }, require) => ({
      afterWrite: (attempt) => {
        if (attempt.task.options.activityType !== 'restoreTitles') return;
        const { before, after } = jet.writes.at(-1)!;
        const isDone = lines(inputOf(attempt).caseId).some(
          ({ kind, operation }) => kind === 'outcome' && operation === 'restore-announcement',
        );
        const isChanged =
          JSON.stringify(before && textsOf(before)) !== JSON.stringify(after && textsOf(after));
        require(!isDone || isChanged, `texts that were restored are saved once more: ${after?.title}`);
      },
    }),
  },
  {
    id: 'S10',
    says: 'Nothing changes but the two titles, the memo and the status; and a marker that a person has taken off is put on again only when a person says so.',
    watch: ({ world: { jet }, lines }, require) => ({
      afterWrite: (attempt) => {
        const { activityType } = attempt.task.options;
        const { before, after } = jet.writes.at(-1)!;
        const isStorno = activityType === 'setStatusStorno';
        const allowed = isStorno ? ['status', 'statusText'] : ['title', 'customerTitle', 'externalMemo'];
        for (const [name, value] of Object.entries(after ?? {})) {
          const isSame = value === before?.[name as keyof JetEvent];
          const isAllowed = [...allowed, 'version', 'savedAt', 'readAt'].includes(name);
          require(isSame || isAllowed, `${activityType} has changed ${name}`);
        }
        if (activityType !== 'markTitles') return;
        const title = after?.title ?? '';
        const known = lines(inputOf(attempt).caseId);
        const lastSave = known.findLastIndex(
          ({ kind, operation, outcome }) =>
            kind === 'outcome' && operation === 'save-announcement' && outcome !== 'differs',
        );
        const isAsked = known.slice(lastSave + 1).some(({ operation }) => operation === 'decide');
        const isMarkedAgain = lastSave >= 0 && !MARKED.test(before?.title ?? '') && MARKED.test(title);
        require(!isMarkedAgain || isAsked, `marked again, and nobody has said so: ${title}`);
      },
    }),
  },
  {
    id: 'S11',
    says: 'A write names the version that this very attempt has read and decided on.',
    watch: (_seen, require) => {
      const requireDecidedOn = (lastRead: { version: string } | null, version: string) =>
        require(lastRead?.version === version, `read version ${lastRead?.version}, wrote on ${version}`);
      return {
        beforeSave: ({ lastRead }, version) => requireDecidedOn(lastRead, version),
        beforeStorno: ({ lastRead }, version) => requireDecidedOn(lastRead, version),
      };
    },
  },
];
