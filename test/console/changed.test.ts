import { caseRegions } from '../../src/console/case';
import type { CancellationView } from '../../src/cases/view';
import { aView } from '../support/views';

const changed = {
  code: 'performance-changed',
  text: 'Seit dem Auftrag in Jet geändert. Spielstätte: bisher Großes Haus, jetzt Studiobühne.',
};

/** The regions of the page that show the warning. */
function regionsWith(changes: Partial<CancellationView>): string[] {
  const view = aView({ warnings: [changed], pointOfNoReturnPassed: true, ...changes });
  const regions = caseRegions({ view, may: () => true, entries: [], csrfToken: 'x' });
  return [...regions].filter(([, { html }]) => html.includes('jetzt Studiobühne')).map(([id]) => id);
}

it('warns of a changed performance at the top of the page while the case goes on', () => {
  expect(regionsWith({ state: 'needs-attention' })).toEqual(['stand']);
});

it('warns of it after the end as well', () => {
  expect(regionsWith({ state: 'completed' })).toEqual(['angaben']);
});
