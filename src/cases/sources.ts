import type { CancellationClient } from '../client';
import type { House } from '../domain/types';
import type { Journal } from '../journal/port';

/** The sources of the use cases, and what their answers say about this installation. */
export interface CaseSources {
  client: CancellationClient;
  journal: Journal;
  houses: ReadonlyMap<string, House>;
  isRehearsal: boolean;
  temporalUiUrl: string;
  namespace: string;
}
