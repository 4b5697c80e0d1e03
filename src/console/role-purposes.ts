import type { Role } from '../domain/roles';

/** What a role is there for. */
export const ROLE_PURPOSES: Record<Role, string> = {
  viewer: 'sieht Listen, Absagen, Logbuch und Protokoll',
  clerk: 'sagt ab, bricht ab, beantwortet Fragen und hakt Aufgaben ab',
  lead: 'darf alles, was das Kartenbüro darf, gibt frei und überspringt Wartezeiten und Schritte',
  admin: 'betreut die Installation: Anmeldungen und Personen; in einem Haus für sich allein nichts',
};
