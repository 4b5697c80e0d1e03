import { addUp, type Grant, type Grants } from './roles';

/** One rule of the people file: whoever comes with this value of the claim has this role there. */
export interface PeopleRule extends Grant {
  claim: string;
}

/** The rules that the values of a log-in match. */
export function rulesFor(rules: readonly PeopleRule[], values: readonly string[]): PeopleRule[] {
  return rules.filter(({ claim }) => values.includes(claim));
}

/** What the values of a log-in allow; several rules add up. */
export function grantsFor(rules: readonly PeopleRule[], values: readonly string[]): Grants {
  return addUp(rulesFor(rules, values));
}

/** Identifies a person, whatever name is shown: an issuer gives each `sub` to one person only. */
export function personId({ issuer, subject }: { issuer: string; subject: string }): string {
  return `oidc:${issuer}#${subject}`;
}
