import type { CancellationClient } from '../client';
import type { House } from '../domain/types';
import type { Journal } from '../journal/port';

/** What the use cases read from, and what their answers say of this installation. */
export interface CaseSources {
  client: CancellationClient;
  journal: Journal;
  houses: ReadonlyMap<string, House>;
  isRehearsal: boolean;
  temporalUiUrl: string;
  namespace: string;
}
