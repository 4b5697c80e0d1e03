import { execFileSync } from 'node:child_process';
import type { ShippedPackage } from './packages';

interface Component {
  name: string;
  version: string;
  'bom-ref': string;
}

interface Bom {
  serialNumber?: string;
  metadata: { timestamp: string; component: { name: string } };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/**
 * The bill of materials (CycloneDX): exactly the packages that are in the release. It says the time of the commit and has no number
 * of its own, so that the same sources make the same file. Throws where npm does not know a package that is in there.
 */
export function writeBom(root: string, packages: readonly ShippedPackage[], madeAt: Date): string {
  // Without `--omit dev`: npm then leaves out whatever a tool of developers needs as well, all of Temporal among it.
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const bom = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64_000_000 }),
  ) as Bom;
  const shipped = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = bom.components.filter((component) => shipped.has(nameOf(component)));
  const known = new Set(components.map(nameOf));
  const missing = [...shipped].filter((each) => !known.has(each));
  if (missing.length > 0) throw new Error(`the bill of materials lacks ${missing.join(', ')}`);
  const refs = new Set(components.map((component) => component['bom-ref']));
  const dependencies = bom.dependencies
    .filter(({ ref }) => refs.has(ref) || ref.startsWith('absage@'))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
  delete bom.serialNumber;
  // npm names what it describes by the folder that it lies in.
  const component = { ...bom.metadata.component, name: 'absage' };
  const metadata = { ...bom.metadata, timestamp: madeAt.toISOString(), component };
  return `${JSON.stringify({ ...bom, metadata, components, dependencies }, null, 2)}\n`;
}

function nameOf({ name, version }: Component): string {
  return `${name}@${version}`;
}
