import { KnownFailure } from '../../src/domain/failures';
import type { Journal } from '../../src/journal/port';
import { ModelJournal } from '../simulation/models/journal';
import { describeJournal, type JournalPlace } from './journal-contract';

/** A journal in memory that is always available: only the simulation's nemesis makes it unavailable. */
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
    // The proxy has no `then`: a promise that resolved to it would otherwise wait for that.
    get: (_target, name) => (name in model ? call(name as keyof Journal) : undefined),
  });
}

describeJournal('the journal of the simulation', makeModelPlace, { block: true });
