import type { ActivityDependencies } from './activity';
import { createApprovalActivities } from './approval';
import { createByHandActivities } from './by-hand';
import { createChannelActivities } from './channel';
import { createCheckActivities } from './check';
import { createClosingActivities } from './close-case';
import type { createErasureActivities } from './erase-contacts';
import { createAlertActivities } from './house-alert';
import { createInterruptedActivities } from './interrupted';
import { createLookActivities } from './look';
import { createDecisionActivities } from './operator-decisions';
import { createPlaceActivities } from './open-checks';
import { createPartnerNoticeActivities } from './partner-notice';
import { createPutBackActivities } from './put-back';
import { createRightActivities } from './right';
import { createSearchActivities } from './search';
import type { createWatchActivities } from './status-watch';
import { createSeriesActivities } from './series';
import { createSeriesApprovalActivities } from './series-approval';
import { createSeriesHouseActivities } from './series-house';
import { createSeriesNoticeActivities } from './series-notice';
import { createStornoActivities } from './storno';
import { createTitleActivities } from './titles';
import { createUntoldEndActivities } from './untold-ends';
import { createWritesActivities } from './writes';

export type { ActivityDependencies, CheckLimits } from './activity';
export { createErasureActivities } from './erase-contacts';
export { createWatch, createWatchActivities } from './status-watch';

/** Everything that calls Jet: for the queue with a limited rate and concurrency. */
export function createJetActivities(deps: ActivityDependencies) {
  return {
    ...createSearchActivities(deps),
    ...createCheckActivities(deps),
    ...createApprovalActivities(deps),
    ...createPutBackActivities(deps),
    ...createTitleActivities(deps),
    ...createStornoActivities(deps),
    ...createChannelActivities(deps),
    ...createRightActivities(deps),
    ...createLookActivities(deps),
    lookAtItems: createSeriesNoticeActivities(deps).lookAtItems,
    planItem: createSeriesActivities(deps).planItem,
  };
}

/** Mail, journal, and the steps that an operator does by hand. */
export function createActivities(deps: ActivityDependencies) {
  return {
    ...createPlaceActivities(deps),
    ...createPartnerNoticeActivities(deps),
    ...createByHandActivities(deps),
    ...createAlertActivities(deps),
    ...createInterruptedActivities(deps),
    ...createUntoldEndActivities(deps),
    ...createDecisionActivities(deps),
    ...createClosingActivities(deps),
    ...createWritesActivities(deps),
    ...seriesActivities(deps),
  };
}

/** What a series does without Jet. */
function seriesActivities(deps: ActivityDependencies) {
  const { planItem: _planItem, ...others } = createSeriesActivities(deps);
  const { lookAtItems: _lookAtItems, ...notices } = createSeriesNoticeActivities(deps);
  return {
    ...others,
    ...notices,
    ...createSeriesHouseActivities(deps),
    ...createSeriesApprovalActivities(deps),
  };
}

export type JetActivities = ReturnType<typeof createJetActivities>;
export type Activities = ReturnType<typeof createActivities>;
export type ErasureActivities = ReturnType<typeof createErasureActivities>;
export type WatchActivities = ReturnType<typeof createWatchActivities>;
