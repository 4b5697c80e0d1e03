/**
 * Writes `dist/workflow-bundle.js`: the workflows as the worker loads them, so that it starts without webpack.
 *
 * It is also the gate of the sandbox: it fails when the bundle holds anything that is not ours or Temporal's, or when
 * the bundle exceeds its cap. zod alone would make a sleeping workflow take 26 times the memory.
 *
 * Usage: tsx scripts/bundle-workflows.ts [DIRECTORY]   (--check writes nothing)
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type BundleOptions } from '@temporalio/worker';

const ROOT = join(__dirname, '..');
const DOMAIN = join(ROOT, 'src', 'domain');
const SIZE_CAP_BYTES = 1_900_000;

/** The packages that the workflow library itself brings along. No others are allowed. */
const ALLOWED_PACKAGES = [
  '@protobufjs/',
  '@temporalio/',
  'long',
  'ms',
  'nexus-rpc',
  'protobufjs',
  'proto3-json-serializer',
];
const ALLOWED_ROOMS = ['src/domain/', 'src/workflows/'];

export interface BundledWorkflows {
  code: string;
  /** Each file inside, relative to the project. */
  files: string[];
}

/** The modules of the domain that the workflows reach: the rest of it is the worker's and the server's. */
function domainOf(workflowsPath: string): string[] {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file) || !existsSync(file)) return;
    reached.add(file);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(IMPORT_OF_OURS))
      visit(join(dirname(file), `${from}.ts`));
  };
  visit(workflowsPath);
  return [...reached].filter((file) => dirname(file) === DOMAIN);
}

/** An import that is more than a type, of a file of ours. */
const IMPORT_OF_OURS = /^(?:import|export)\s(?!type\s)[^;]*?from '(\.[^']+)';/gm;

/** Bundles the workflows. Rejects when one imports a module of Node. */
export async function bundleWorkflows(workflowsPath: string): Promise<BundledWorkflows> {
  const files = new Set<string>();
  const preloaded = domainOf(workflowsPath);
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [join(dirname(workflowsPath), 'interceptors')],
    // Pure functions and constants are loaded once for all runs: otherwise each sleeping case would keep a copy (its
    // date formats alone are 31 KB each). The domain must hold no state, because all runs would share it.
    preloadModules: preloaded,
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => {
      config.plugins?.push({
        apply: (compiler) =>
          compiler.hooks.compilation.tap('absage', (compilation) =>
            compilation.hooks.succeedModule.tap('absage', (module) => {
              const file = module.nameForCondition();
              if (file) files.add(relative(ROOT, file).split(sep).join('/'));
            }),
          ),
      });
      // Not minified: stack traces and failures show class and function names, and the worker parses the bundle only
      // once. A source map without the sources is a third of the size and still gives line numbers.
      return { ...config, devtool: 'inline-nosources-source-map' };
    },
  } satisfies BundleOptions);
  const missed = [...files].filter(
    (file) => dirname(join(ROOT, file)) === DOMAIN && !preloaded.includes(join(ROOT, file)),
  );
  if (missed.length > 0) throw new Error(`each sleeping case would keep a copy of ${missed.join(', ')}`);
  return { code, files: [...files].sort() };
}

/** The faults of a bundle, one sentence each; empty when it may be used. */
export function findBundleFaults({ code, files }: BundledWorkflows, capBytes = SIZE_CAP_BYTES): string[] {
  const sizeBytes = Buffer.byteLength(code);
  const faults = files
    .filter((file) => !isAllowed(file))
    .map((file) => `${file} does not belong into the workflows`);
  if (sizeBytes > capBytes)
    faults.push(`the bundle has ${sizeBytes} bytes, more than its cap of ${capBytes}`);
  return faults;
}

function isAllowed(file: string): boolean {
  const packageName = file.split('node_modules/').at(-1);
  if (packageName === undefined || packageName === file)
    return ALLOWED_ROOMS.some((room) => file.startsWith(room));
  return ALLOWED_PACKAGES.some((allowed) =>
    packageName.startsWith(allowed.endsWith('/') ? allowed : `${allowed}/`),
  );
}

async function main(directory: string, isCheck: boolean): Promise<void> {
  const bundle = await bundleWorkflows(join(ROOT, 'src', 'workflows', 'index.ts'));
  const faults = findBundleFaults(bundle);
  for (const fault of faults) console.error(`bundle: ${fault}`);
  if (faults.length > 0) process.exit(1);
  console.log(`bundle: ${Buffer.byteLength(bundle.code)} bytes, ${bundle.files.length} files`);
  if (isCheck) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'workflow-bundle.js'), bundle.code);
}

if (require.main === module) {
  const [directory = join(ROOT, 'dist')] = process.argv.slice(2).filter((argument) => argument !== '--check');
  void main(directory, process.argv.includes('--check'));
}
