import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, DEPLOY, type DeployCheck } from './check';

const CHART = join(DEPLOY, 'chart');
const KUBERNETES = ['1.27', '1.34'] as const;
const ALL_OF_IT = [
  '--set=ingress.enabled=true',
  '--set=logInWithAccounts=true',
  '--set=sharedFiles.NODE_EXTRA_CA_CERTS=ca.pem',
  '--set=settings.ABSAGE_PUBLIC_URL=https://absage.example',
  '--set=image.pullSecrets[0].name=registry',
];
/** Neither a secret, nor what the chart sets itself, may be given as a setting. */
const REFUSED = ['ABSAGE_JET_TOKEN', 'ABSAGE_OIDC_CLIENT_SECRET', 'ABSAGE_BUILD_ID', 'TEMPORAL_API_KEY'];

export const chartCheck: DeployCheck = {
  name: 'chart',
  needs: {
    helm: 'Go: helm.sh/helm/v3/cmd/helm',
    'kubernetes-validate': 'PyPI: kubernetes-validate',
  },
  async run() {
    await call('helm', ['lint', '--strict', CHART]);
    let count = 0;
    for (const version of KUBERNETES) {
      await validate(await render(version, []), version);
      const rendered = await render(version, ALL_OF_IT);
      await validate(rendered, version);
      count = Math.max(count, rendered.match(/^kind: /gm)?.length ?? 0);
    }
    for (const name of REFUSED) {
      const isTaken = await render(KUBERNETES[0], [`--set=settings.${name}=x`]).then(
        () => true,
        () => false,
      );
      if (isTaken) throw new Error(`the chart takes ${name} as a setting`);
    }
    return `linted and rendered, ${count} objects valid for Kubernetes ${KUBERNETES.join(' and ')}; secrets are refused as settings`;
  },
};

function render(version: string, values: readonly string[]): Promise<string> {
  return call('helm', ['template', 'absage', CHART, `--kube-version=${version}`, ...values]);
}

async function validate(rendered: string, version: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'absage-chart-'));
  try {
    const file = join(folder, 'rendered.yaml');
    writeFileSync(file, rendered);
    await call('kubernetes-validate', ['--strict', '--kubernetes-version', version, file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
