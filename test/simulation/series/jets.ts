import type { ModelJet } from '../models/jet';
import { Refused } from '../models/jet';
import type { Stage } from '../ports';

/** The one Jet of all houses: each call goes to the event that it names. */
export class Jets {
  isStale = false;

  constructor(private readonly jets: readonly ModelJet[]) {}

  readonly readEvent: Stage['jet']['readEvent'] = (eventNumber) => {
    const jet = this.find(eventNumber);
    if (!jet) return null;
    jet.isStale = this.isStale;
    const event = jet.readEvent(eventNumber);
    jet.isStale = false;
    return event;
  };

  readonly saveAnnouncement: Stage['jet']['saveAnnouncement'] = (eventNumber, ...given) =>
    this.of(eventNumber).saveAnnouncement(eventNumber, ...given);

  readonly setStatusStorno: Stage['jet']['setStatusStorno'] = (eventNumber, ...given) =>
    this.of(eventNumber).setStatusStorno(eventNumber, ...given);

  readonly readChannelInfo: Stage['jet']['readChannelInfo'] = (eventNumber) =>
    this.of(eventNumber).readChannelInfo(eventNumber);

  readonly readRight: Stage['jet']['readRight'] = (user, eventNumber) =>
    this.of(eventNumber).readRight(user, eventNumber);

  readonly grantRight: Stage['jet']['grantRight'] = (user, eventNumber, ...given) =>
    this.of(eventNumber).grantRight(user, eventNumber, ...given);

  /** What Jet makes of the texts of the next save, whichever event is saved. */
  get store(): ModelJet['store'] {
    return (texts) => texts;
  }

  set store(store: ModelJet['store']) {
    for (const jet of this.jets) jet.store = store;
  }

  private find(eventNumber: string): ModelJet | undefined {
    return this.jets.find((jet) => jet.eventNumber === eventNumber);
  }

  private of(eventNumber: string): ModelJet {
    const jet = this.find(eventNumber);
    if (!jet) throw new Refused('event-deleted');
    return jet;
  }
}
