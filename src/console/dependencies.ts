import type { AppDependencies } from '../api/dependencies';
import type { SessionSettings } from './session';
import type { TrainingSettings } from './training/desk';

export interface ConsoleDependencies extends AppDependencies, SessionSettings {
  /** What a rehearsal with the simulator can be disturbed with; production has none of it, whatever it is given. */
  training?: TrainingSettings | null;
}
