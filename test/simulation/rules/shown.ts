import type { CancellationInput } from '../../../src/domain/case';
import { eventCount, type Run } from '../models/run';
import { ACTOR } from '../people';
import { SECRET } from '../ports';
import type { Rule } from './rule';

/** Enough for seven activities, two waits, and three updates of the lists. */
const MOST_EVENTS_WHEN_HAPPY = 60;
const MOST_EVENTS_OF_A_LONG_WAIT = 200;
const EVENTS_OF_AN_ACTIVITY = 6;
/** After so many a person is asked. */
const MOST_SENDINGS = 6;

/** What a run shows of itself, and how much it leaves in Temporal. */
export const SHOWN_RULES: readonly Rule[] = [
  {
    id: 'S18',
    says: 'No secret is in anything that is shown or handed to Temporal; names and reasons are not in what lists show.',
    watch: ({ world: { temporal } }, require) => {
      const requireNoSecret = (text: string) => require(!text.includes(SECRET), 'a secret is shown');
      return {
        onReply: requireNoSecret,
        onShown: ({ payloads, labels }) => {
          requireNoSecret(payloads);
          const { reason } = (temporal.lastRun?.input as CancellationInput | undefined)?.order ?? {};
          require(!labels.includes(ACTOR), 'a name stands in what lists show');
          require(!reason || !labels.includes(reason), 'the reason stands in what lists show');
        },
      };
    },
  },
  {
    id: 'S19',
    says: 'The history of a run is small: at most 60 events when all goes well, six for the mail at the order, one more look where Jet was slow, and 200 after a month of waiting.',
    watch: (_seen, require) => ({
      onHistory: (run, isHappy) => {
        const events = eventCount(run);
        require(events <=
          (isHappy
            ? MOST_EVENTS_WHEN_HAPPY + eventsOfOrderMail(run) + eventsOfLook(run)
            : MOST_EVENTS_OF_A_LONG_WAIT), `${events} events`);
      },
    }),
  },
  {
    id: 'failure table',
    says: 'When the patience with a step is used up, what is shown is what its last attempt has failed with.',
    watch: (_seen, require) => ({
      onStatus: ({ attention }, run) => {
        if (attention?.code !== 'step-timed-out') return;
        const behind = run.failures.get(Date.parse(attention.since));
        require(!behind, `a time-out is shown where the last attempt has failed with ${behind}`);
      },
    }),
  },
];

function eventsOfOrderMail({ tasks }: Run): number {
  const isMailed = [...tasks.values()].some(({ options }) => options.activityType === 'tellOrder');
  return isMailed ? EVENTS_OF_AN_ACTIVITY : 0;
}

/** Each mail that was put off for one more look, and the look. */
function eventsOfLook({ tasks }: Run): number {
  const looks = [...tasks.values()].filter(({ options }) => options.activityType === 'lookAtEvent');
  return Math.min(looks.length, MOST_SENDINGS) * 2 * EVENTS_OF_AN_ACTIVITY;
}
