import type { AppDependencies } from '../api/dependencies';
import type { IdentityProvider } from '../cases/identity-provider';
import type { FormStore } from '../cases/sources';
import type { PeopleRule } from '../domain/people';
import type { SessionSettings } from './session';
import type { TrainingSettings } from '../settings/training';

/** What the pages need beyond the API. */
export interface ConsoleDependencies extends AppDependencies, SessionSettings {
  forms: FormStore;
  /** Where people log in with an account of their organisation; nowhere by default. */
  provider?: IdentityProvider | null;
  /** The rules by which people have roles, as they are now, and the claim that they are about. */
  rules?: () => readonly PeopleRule[];
  rolesClaim?: string;
  /** There are tokens of the API, with which people can log in, too. Where there is a provider, none by default. */
  hasTokens?: boolean;
  /** Lets a rehearsal with the simulator practise mishaps. Production ignores it. */
  training?: TrainingSettings | null;
}
