import { KnownFailure } from '../domain/failures';
import type { JetPort } from '../jet/port';
import type { Metrics } from './metrics';

/** The calls of the port, as failures and the gateway's contract name them. */
const OPERATIONS: Record<keyof JetPort, string> = {
  health: 'health',
  findEvents: 'find-events',
  readEvent: 'read-event',
  saveAnnouncement: 'save-announcement',
  setStatusStorno: 'set-storno',
  readChannelInfo: 'read-channel',
  readRight: 'read-right',
  grantRight: 'grant-right',
};

/** The same street to Jet, with each call measured. */
export function observeJet(jet: JetPort, metrics: Metrics): JetPort {
  const measure = <A extends unknown[], R>(method: keyof JetPort, call: (...given: A) => Promise<R>) => {
    const operation = OPERATIONS[method];
    return (...given: A) =>
      metrics.time(
        'absage_jet_request_seconds',
        () => call(...given),
        (failure) => ({ operation, outcome: outcomeOf(failure) }),
      );
  };
  return {
    health: measure('health', jet.health),
    findEvents: measure('findEvents', jet.findEvents),
    readEvent: measure('readEvent', jet.readEvent),
    saveAnnouncement: measure('saveAnnouncement', jet.saveAnnouncement),
    setStatusStorno: measure('setStatusStorno', jet.setStatusStorno),
    readChannelInfo: measure('readChannelInfo', jet.readChannelInfo),
    readRight: measure('readRight', jet.readRight),
    grantRight: measure('grantRight', jet.grantRight),
  };
}

function outcomeOf(failure: unknown): string {
  if (failure === null) return 'ok';
  return failure instanceof KnownFailure ? failure.code : 'defect';
}
