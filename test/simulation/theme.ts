import type { Nemesis } from './nemesis';

/**
 * At one call of one step a process stops or dies, and right then a person acts: the moments at which races are lost.
 */
export interface Theme {
  activityType: string;
  /** The attempt's call, counted from 0. */
  call: number;
  kind: 'frozen before' | 'frozen after' | 'killed before' | 'killed after';
  then: Reaction;
  isUsed: boolean;
}

export type Reaction = (typeof REACTIONS)[number];

const ACTIVITIES = [
  'checkEvent',
  'markTitles',
  'markTitles',
  'restoreTitles',
  'setStatusStorno',
  'setStatusStorno',
  'verifyChannel',
  'grantExtendedRight',
  'sendPartnerNotice',
  'sendPartnerNotice',
  'alertHouse',
  'closeCase',
] as const;
const KINDS = ['frozen before', 'frozen before', 'frozen after', 'killed before', 'killed after'] as const;
export const REACTIONS = [
  'nothing',
  'abort',
  'abort',
  'abort',
  'request cancellation',
  'retry',
  'typo fixed',
  'marker removed',
  'saved again',
  'status Storno',
  'user unknown',
  'terminated',
  'reset to the first event',
] as const;

/** Most schedules have a theme; `null`: everything is left to chance. */
export function chooseTheme(nemesis: Nemesis): Theme | null {
  if (nemesis.chance(0.35)) return null;
  return {
    activityType: nemesis.pick(ACTIVITIES),
    call: nemesis.between(0, 6),
    kind: nemesis.pick(KINDS),
    then: nemesis.pick(REACTIONS),
    isUsed: false,
  };
}
