import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { casePage } from '../../src/domain/addresses';
import { sampleRules } from '../../src/sample-log-in/people';
import { TestProvider } from '../support/oidc';
import { WebVisitor } from '../support/web-visitor';
import type { Drill } from './drill';

export const logIn: Drill = {
  title: 'Die Anmeldestelle ist weg',
  rows: {
    away: {
      what: 'Die Anmeldestelle antwortet nicht mehr, während Absagen laufen',
      async run(evening) {
        const { stack } = evening;
        const url = `http://127.0.0.1:${stack.apiPort}`;
        const provider = await TestProvider.start(url);
        try {
          const people = join(stack.dataDir, 'people.json');
          writeFileSync(people, JSON.stringify(sampleRules('FSP')), { mode: 0o600 });
          const { issuer, clientId, clientSecret } = provider.settings;
          await stack.launch('api', {
            settings: {
              ABSAGE_OIDC_ISSUER: issuer,
              ABSAGE_OIDC_CLIENT_ID: clientId,
              ABSAGE_OIDC_CLIENT_SECRET: clientSecret,
              ABSAGE_PEOPLE: people,
            },
          });
          const clerk = new WebVisitor(url);
          if ((await clerk.logInAs('kassa')).status !== 200) throw new Error('the clerk could not log in');
          const [first] = await evening.order(2);
          await provider.goDown();
          const page = casePage(first!.order);
          if ((await clerk.get(page)).status !== 200) throw new Error('whoever was logged in is out');
          // Whoever comes now is sent to where nobody answers; the page before that says which other way there is.
          const late = await new WebVisitor(url).get('/anmelden');
          if (late.status !== 200) throw new Error(`whoever comes now is told: ${late.status} ${late.body}`);
          await evening.order(1);
          await evening.each((input) => evening.endOf(input));
          await provider.comeUp();
          const again = await new WebVisitor(url).logInAs('leitung');
          if (again.status !== 200) throw new Error('nobody can log in again');
        } finally {
          await provider.stop();
        }
      },
    },
  },
};
