import type { JetPort } from '../../src/jet/port';

/** A call to Jet, a line on the disk, or a mail to so many recipients. */
export type Effect = Exclude<keyof JetPort, 'findEvents'> | 'line' | `mail to ${number}`;

/**
 * What a case has done to the world when it is completed, by activity and in order: `test/bench/same-effects.test.ts` counts it
 * anew. Signing, sealing, asking the journal and checking are no effects.
 */
export const EFFECTS = {
  checkEvent: ['health', 'readEvent', 'readRight', 'readChannelInfo', 'line'],
  markTitles: ['readEvent', 'line', 'saveAnnouncement', 'readEvent', 'line'],
  setStatusStorno: ['health', 'readEvent', 'line', 'setStatusStorno', 'readEvent', 'line'],
  verifyChannel: ['readEvent', 'readChannelInfo', 'line', 'line'],
  grantExtendedRight: ['readEvent', 'readRight', 'line', 'grantRight', 'readRight', 'line', 'line'],
  sendPartnerNotice: ['line', 'mail to 2', 'line'],
  closeCase: ['line', 'line', 'mail to 1', 'line'],
} as const satisfies Record<string, readonly Effect[]>;

export type FloorActivity = keyof typeof EFFECTS;
