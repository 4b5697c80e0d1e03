import { KnownFailure } from '../../src/domain/failures';
import type { Journal } from '../../src/journal/port';
import { ModelJournal } from '../simulation/models/journal';
import { describeJournal, type JournalPlace } from './journal-contract';

/** A journal in memory, which every call finds as it is: only the simulation's nemesis makes it unavailable. */
function makeModelPlace(): JournalPlace {
  const model = new ModelJournal(
    () => new Date(),
    (detail) => new KnownFailure('journal-behind', detail),
  );
  return {
    open: () => Promise.resolve(withWaiting(model)),
    block: () => () => {},
    remove: () => {},
  };
}

function withWaiting(model: ModelJournal): Journal {
  const call =
    (name: keyof Journal) =>
    async (...given: unknown[]) =>
      (model[name] as (...all: unknown[]) => unknown)(...given);
  return new Proxy({} as Journal, {
    // Without a `then`: a promise that resolved to this would wait for it.
    get: (_target, name) => (name in model ? call(name as keyof Journal) : undefined),
  });
}

describeJournal('the journal of the simulation', makeModelPlace, { block: true });
