import type { Alert } from '../../src/activities/house-alert';
import { ActivityStage, anEnvironment } from '../support/activity-stage';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

async function alert(attention: Pick<Alert['attention'], 'text' | 'facts'>) {
  const { ref, worker } = await stage.prepare();
  stage.mail.alerts.length = 0;
  const told: Alert = {
    ref,
    actor: 'clerk',
    head: null,
    kind: 'attention',
    step: 'set-storno',
    attention: { id: 'attention-1', actions: ['confirm-step'], ...attention },
    event: { title: 'Faust', startsAt: '2099-01-05T19:30:00.000+01:00', venue: 'Großes Haus' },
  };
  await anEnvironment().run(worker.alertHouse, told);
  return stage.mail.alerts[0]?.text;
}

it('tells the house what was found, beneath what happened', async () => {
  const facts = ['Status jetzt: Bereitstellung.', 'Im Titel steht: Faust – ENTFÄLLT.'];
  expect(await alert({ text: 'Der Status wurde geändert.', facts })).toMatch(
    /^Der Status wurde geändert\.\nStatus jetzt: Bereitstellung\.\nIm Titel steht: Faust – ENTFÄLLT\.\n/,
  );
});

it('tells nothing more where a run of an older version has found nothing', async () => {
  expect(await alert({ text: 'Jet antwortet nicht.' })).toBe(
    'Jet antwortet nicht.\nSchritt von Hand erledigt: bestätigen, was in der Maske steht',
  );
});
