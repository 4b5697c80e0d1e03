import { alerts } from './alerts';
import { certificates } from './certificates';
import { clock } from './clock';
import { fullDisk } from './disk';
import { logIn } from './log-in';
import type { Drill } from './drill';
import { keys } from './keys';
import { restore } from './restore';
import { versions } from './versions';

/** By the names with which `npm run drill` calls them. */
export const DRILLS: Readonly<Record<string, Drill>> = {
  restore,
  versions,
  keys,
  disk: fullDisk,
  clock,
  certificates,
  'log-in': logIn,
  alerts,
};
