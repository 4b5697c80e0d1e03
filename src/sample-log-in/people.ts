/** Somebody who can log in at the sample provider. */
export interface SamplePerson {
  /** Who they are to the provider: never shown. */
  subject: string;
  name: string;
  /** What the page of the log-in says about them. */
  purpose: string;
  roles: readonly string[];
}

/** A rule of the people file. */
interface SampleRule {
  claim: string;
  role: 'viewer' | 'clerk' | 'lead' | 'admin';
  houses: '*' | string[];
}

/** Somebody of every role, and somebody without any. `house`: the one whose box office and lead they are. */
export function samplePeople(house: string): SamplePerson[] {
  const { clerk, lead } = claimsOf(house);
  return [
    { subject: 'kassa', name: `Karin Kassa (${house})`, purpose: `Kartenbüro ${house}`, roles: [clerk] },
    { subject: 'leitung', name: `Leo Leitung (${house})`, purpose: `Leitung ${house}`, roles: [lead] },
    { subject: 'einsicht', name: 'Ina Einsicht', purpose: 'Einsicht in alle Häuser', roles: ['einsicht'] },
    {
      subject: 'betreuung',
      name: 'Berta Betreuung',
      purpose: 'Betreuung der Installation',
      roles: ['betreuung'],
    },
    { subject: 'ohne', name: 'Oskar Ohne', purpose: 'hat keine Rolle', roles: [] },
  ];
}

/** The people file that gives them their roles. */
export function sampleRules(house: string): { people: SampleRule[] } {
  const { clerk, lead } = claimsOf(house);
  return {
    people: [
      { claim: clerk, role: 'clerk', houses: [house] },
      { claim: lead, role: 'lead', houses: [house] },
      { claim: 'einsicht', role: 'viewer', houses: '*' },
      { claim: 'betreuung', role: 'admin', houses: '*' },
    ],
  };
}

function claimsOf(house: string) {
  const key = house.toLowerCase();
  return { clerk: `${key}-kassa`, lead: `${key}-leitung` };
}
