const WEB_UI_PREFIX = 'web-ui:';

/** The name of an actor whom nobody has checked, as the journal records it. */
export function unproven(actor: string): string {
  return actor.startsWith(WEB_UI_PREFIX) ? actor : `${WEB_UI_PREFIX}${actor}`;
}
