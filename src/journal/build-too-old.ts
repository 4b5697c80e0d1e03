import { WRITTEN_BY_NEWER } from '../domain/wording';

/** The journal names a later build than this one as the oldest that may write there. The message is for people. */
export class BuildTooOld extends Error {
  override readonly name = 'BuildTooOld';

  constructor() {
    super(`Dieses Logbuch ${WRITTEN_BY_NEWER}`);
  }
}
