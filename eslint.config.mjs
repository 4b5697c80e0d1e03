import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The rooms of the house and what each may import; `types` is what a room may know of but not use. Each entry is a
 * regular expression for the start of an import. Everything that is not named is refused.
 */
const OWN = '\\./';
/** The files of a room, from any folder of another one. */
const room = (name) => `(\\.\\./)+${name}/`;
const DOMAIN = room('domain');
const SETTINGS = room('settings');
const DIGEST = '(\\.\\./)+digest$';
const OWN_HOSTS = '(\\.\\./)+own-hosts$';
/** Checks signatures with public keys. */
const SIGNING = '(\\.\\./)+trust/signing$';
const OBSERVABILITY = '(\\.\\./)+observability$';
/** Where a piece of work belongs in a trace. */
const TRACING = '(\\.\\./)+tracing$';
const NODE = 'node:';
/** Any package but those that would let a room act on its own: Temporal's and the web server's. */
const LIBRARIES = '(?!\\.|node:|@temporalio/|@?fastify)';
const DOORS = '(worker|server|cli)';
/** Only the command that starts it knows the simulator: its masks can set any status, so no part of Absage may use it. */
const SIMULATOR = 'simulator';

const ROOMS = [
  { files: 'src/domain/**', may: [OWN] },
  {
    files: 'src/workflows/**',
    may: [OWN, DOMAIN, '@temporalio/(workflow|common)$'],
    types: ['\\.\\./activities(/|$)'],
  },
  {
    files: 'src/activities/**',
    may: [
      OWN,
      DOMAIN,
      DIGEST,
      NODE,
      '@temporalio/(activity|common)$',
      '\\.\\./(jet|mail|journal)/port$',
      '\\.\\./journal/contact$',
    ],
    types: ['\\.\\./trust/trust$'],
  },
  { files: 'src/trust/**', may: [OWN, DOMAIN, DIGEST, NODE], types: ['\\.\\./journal/port$'] },
  ...['jet', 'mail', 'journal'].map((name) => ({
    files: `src/${name}/**`,
    may: [OWN, DOMAIN, DIGEST, NODE, LIBRARIES, ...(name === 'journal' ? [SIGNING] : [TRACING])],
    types: [SETTINGS, OBSERVABILITY],
  })),
  {
    // The folders in the journal's room: one per database, and the SQL that databases share.
    files: 'src/journal/*/**',
    may: [OWN, '\\.\\./([a-z-]+|sql/[a-z-]+)$', DOMAIN, DIGEST, NODE, LIBRARIES],
  },
  {
    // Looks at the ports from outside, and at settings only for what cannot be listened on.
    files: 'src/metrics/**',
    may: [OWN, DOMAIN, NODE, SETTINGS, LIBRARIES],
    types: ['\\.\\./(jet|mail|journal)/port$', OBSERVABILITY],
  },
  {
    files: 'src/settings/**',
    may: [OWN, DOMAIN, NODE, OBSERVABILITY, '@temporalio/envconfig$', LIBRARIES],
  },
  {
    files: 'src/temporal/**',
    may: [
      OWN,
      DOMAIN,
      NODE,
      TRACING,
      '\\.\\./workflows/(case-start|(series-)?messages)$',
      '@temporalio/',
      LIBRARIES,
    ],
    types: [SETTINGS, OBSERVABILITY],
  },
  {
    files: 'src/client.ts',
    may: ['\\./domain/', '\\./temporal/', '\\./workflows/messages$', NODE, '@temporalio/(client|common)$'],
  },
  {
    files: 'src/oidc/**',
    may: [OWN, DOMAIN, NODE, '\\.\\./cases/identity-provider$', LIBRARIES],
    types: [SETTINGS],
  },
  {
    files: 'src/cases/**',
    may: [
      OWN,
      DOMAIN,
      DIGEST,
      OWN_HOSTS,
      NODE,
      '\\.\\./client$',
      '\\.\\./journal/((key-)?chain|contact)$',
      LIBRARIES,
    ],
    // How a mail looks is shown before an order; no way to send it leads here.
    types: ['\\.\\./(journal|mail)/port$', SETTINGS, OBSERVABILITY],
  },
  {
    files: 'src/protocol/**',
    may: [OWN, DOMAIN, DIGEST, NODE, '\\.\\./journal/(((key|case)-)?chain|contact)$', SIGNING, LIBRARIES],
    types: [SETTINGS, OBSERVABILITY],
  },
  ...['api', 'console'].map((name) => ({
    files: `src/${name}/**`,
    may: [
      OWN,
      DOMAIN,
      DIGEST,
      OWN_HOSTS,
      TRACING,
      NODE,
      '(\\.\\./)+(cases|protocol)/',
      ...(name === 'console' ? ['(\\.\\./)+api/'] : []),
      '@?fastify',
      LIBRARIES,
    ],
    types: [SETTINGS, OBSERVABILITY],
  })),
  {
    // The folders of the console, which stand on its shared parts.
    files: 'src/console/*/**',
    may: [OWN, '\\.\\./[a-z-]+$', DOMAIN, NODE, '(\\.\\./)+(cases|protocol|api)/', '@?fastify', LIBRARIES],
    types: [SETTINGS, OBSERVABILITY],
  },
  {
    files: 'src/simulator/**',
    may: [OWN, NODE, '\\.\\./jet/contract$', SETTINGS, OBSERVABILITY, OWN_HOSTS, '@?fastify', LIBRARIES],
  },
  {
    // The folders of the simulator: its practice masks.
    files: 'src/simulator/*/**',
    may: [OWN, '\\.\\./[a-z-]+$', NODE, '\\.\\./\\.\\./jet/contract$', '@?fastify', LIBRARIES],
  },
  {
    files: 'src/cli/**',
    // The words, the pages and how a time is written; what may happen when is the API's to say.
    may: [
      OWN,
      NODE,
      'commander$',
      '\\.\\./domain/(addresses|clock|conflicts|names|rows|(series-)?vocabulary|series-progress|text|visible)$',
      '\\.\\./protocol/verify$',
    ],
    types: ['\\.\\./(api|cases)/'],
  },
  { files: 'src/support/**', may: [OWN, DOMAIN, NODE, 'fflate$'] },
  {
    files: 'src/sample-log-in/**',
    may: [OWN, NODE, SETTINGS, OBSERVABILITY, OWN_HOSTS, '@?fastify', LIBRARIES],
  },
  {
    // Knows the contract, and none of the ways in which Absage itself calls a gateway.
    files: 'src/gateway-check/**',
    may: [OWN, DOMAIN, NODE, '\\.\\./jet/(contract|retry-after)$', LIBRARIES],
  },
  { files: 'src/up/**', may: [`(?!\\.\\./(${DOORS}|${SIMULATOR}|doctor)(/|$))`] },
  { files: 'src/doctor/**', may: [`(?!\\.\\./(${DOORS}|${SIMULATOR}|up)(/|$))`] },
  { files: 'src/start/**', may: [`(?!\\.\\./(${DOORS}|${SIMULATOR}|up|doctor)(/|$))`] },
  { files: 'src/{worker,server}.ts', may: [`(?!\\./(${DOORS}|${SIMULATOR}|up|doctor)(/|$))`] },
];

const roomRules = ROOMS.map(({ files, may, types = [] }) => ({
  files: [files],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: `^(?!${[...may, ...types].join('|')})`, message: 'This room may not import that.' },
          {
            regex: `^(?!${may.join('|')})(${types.join('|') || '(?!)'})`,
            message: 'This room may import only types from there.',
            allowTypeImports: true,
          },
        ],
      },
    ],
  },
}));

export default defineConfig(
  // The bench of the peers has packages of its own.
  globalIgnores(['dist/', 'dist.*/', 'data/', '.cache/', 'coverage/', 'bench/peers/']),
  eslint.configs.recommended,
  tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        Buffer: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
        setTimeout: 'readonly',
        TextDecoder: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        __dirname: 'readonly',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['src/console/assets/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        BroadcastChannel: 'readonly',
        CSS: 'readonly',
        document: 'readonly',
        Event: 'readonly',
        EventSource: 'readonly',
        FormData: 'readonly',
        navigator: 'readonly',
        self: 'readonly',
        setInterval: 'readonly',
        SharedWorker: 'readonly',
        Worker: 'readonly',
        window: 'readonly',
      },
    },
  },
  {
    // Settings arrive by parameter; only the doors read the environment.
    files: [
      'src/{domain,workflows,activities,jet,mail,journal,metrics,settings,temporal,oidc,cases,protocol,api,console,simulator,gateway-check}/**',
    ],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env' }] },
  },
  {
    // What stands in Jet may hold commands for a terminal: one file takes them out.
    files: ['src/cli/**'],
    ignores: ['src/cli/terminal.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name="write"][object.property.name=/^std(out|err)$/]',
          message: 'The commands write through terminal.ts.',
        },
      ],
    },
  },
  ...roomRules,
);
