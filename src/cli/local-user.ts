import { userInfo } from 'node:os';

/** The name of the user who runs this process. `null`: in a container the user may have none. */
export function localUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
