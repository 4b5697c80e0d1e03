import type { AppDependencies } from '../api/dependencies';
import type { FormStore } from '../cases/sources';
import type { SessionSettings } from './session';
import type { TrainingSettings } from '../settings/training';

/** What the pages need beyond the API. */
export interface ConsoleDependencies extends AppDependencies, SessionSettings {
  forms: FormStore;
  /** Lets a rehearsal with the simulator practise mishaps. Production ignores it. */
  training?: TrainingSettings | null;
}
