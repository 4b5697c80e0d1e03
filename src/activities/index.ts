import type { ActivityDependencies } from './activity';
import { createAlertActivities } from './house-alert';
import { createAnnouncementActivities } from './titles';
import { createByHandActivities } from './by-hand';
import { createChannelActivities } from './channel';
import { createCheckActivities } from './check';
import { createEndingActivities } from './ending';
import { createInterruptedActivities } from './interrupted';
import { createNoticeActivities } from './partner-notice';
import { createSearchActivities } from './search';
import { createStornoActivities } from './storno';

export type { ActivityDependencies } from './activity';

/** Everything that calls Jet: for the queue that is limited in rate and concurrency. */
export function createJetActivities(deps: ActivityDependencies) {
  return {
    ...createSearchActivities(deps),
    ...createCheckActivities(deps),
    ...createAnnouncementActivities(deps),
    ...createStornoActivities(deps),
    ...createChannelActivities(deps),
  };
}

/** Mail, journal, and what people do by hand. */
export function createActivities(deps: ActivityDependencies) {
  return {
    ...createNoticeActivities(deps),
    ...createByHandActivities(deps),
    ...createAlertActivities(deps),
    ...createInterruptedActivities(deps),
    ...createEndingActivities(deps),
  };
}

export type JetActivities = ReturnType<typeof createJetActivities>;
export type Activities = ReturnType<typeof createActivities>;
