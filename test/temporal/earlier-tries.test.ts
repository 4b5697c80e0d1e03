import { failedAttempts } from '../../src/temporal/earlier-tries';

type Events = Parameters<typeof failedAttempts>[0];

let newest = 0;
beforeEach(() => (newest = 0));

const event = (attributes: object) => ({ eventId: (newest += 1), ...attributes });
const scheduled = (name: string) =>
  event({ activityTaskScheduledEventAttributes: { activityType: { name } } });
const started = (scheduledEventId: number, attempt: number) =>
  event({ activityTaskStartedEventAttributes: { scheduledEventId, attempt } });
const ended = (as: 'Failed' | 'TimedOut' | 'Canceled' | 'Completed', scheduledEventId: number) =>
  event({ [`activityTask${as}EventAttributes`]: { scheduledEventId } });
const update = () => event({ workflowExecutionUpdateAcceptedEventAttributes: {} });

const count = (...events: object[]) => failedAttempts(events as unknown as Events, 'setStatusStorno');

it('adds up the attempts of the activities of a step, and of no other one', () => {
  expect(
    count(
      ...[scheduled('setStatusStorno'), started(1, 5), ended('Failed', 1)],
      ...[scheduled('alertHouse'), started(4, 7), ended('Failed', 4)],
      ...[scheduled('setStatusStorno'), started(7, 3), ended('TimedOut', 7)],
      scheduled('setStatusStorno'),
    ),
  ).toBe(8);
});

it.each<['Canceled' | 'Completed']>([['Canceled'], ['Completed']])('counts anew after %s', (as) => {
  expect(
    count(
      ...[scheduled('setStatusStorno'), started(1, 5), ended('Failed', 1)],
      ...[scheduled('setStatusStorno'), ended(as, 4), scheduled('setStatusStorno')],
    ),
  ).toBe(0);
});

it('counts anew when a person acts', () => {
  expect(
    count(
      scheduled('setStatusStorno'),
      started(1, 5),
      ended('Failed', 1),
      update(),
      scheduled('setStatusStorno'),
    ),
  ).toBe(0);
});

it('knows no number once attempts were lost with an activity that no worker took any more', () => {
  expect(
    count(
      ...[scheduled('setStatusStorno'), ended('TimedOut', 1)],
      ...[scheduled('setStatusStorno'), started(3, 2), ended('Failed', 3)],
    ),
  ).toBeNull();
});
