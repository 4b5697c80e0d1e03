import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The rooms of the house and what each may import; `types` is what it may know of but not use. Each entry is a
 * regular expression for the start of an import. What is not named is refused.
 */
const OWN = '\\./';
const DOMAIN = '\\.\\./domain/';
const DIGEST = '\\.\\./digest$';
const NODE = 'node:';
/** Any package but those that would let a room act on its own: Temporal's and the web server's. */
const LIBRARIES = '(?!\\.|node:|@temporalio/|@?fastify)';

const ROOMS = [
  { files: 'src/domain/**', may: [OWN] },
  {
    files: 'src/workflows/**',
    may: [OWN, DOMAIN, '@temporalio/(workflow|common)$'],
    types: ['\\.\\./activities(/|$)'],
  },
  {
    files: 'src/activities/**',
    may: [OWN, DOMAIN, DIGEST, NODE, '@temporalio/(activity|common)$', '\\.\\./(jet|mail|journal)/port$'],
  },
  ...['jet', 'mail', 'journal'].map((room) => ({
    files: `src/${room}/**`,
    may: [OWN, DOMAIN, DIGEST, NODE, LIBRARIES],
    types: ['\\.\\./(config|observability)$'],
  })),
  {
    files: 'src/client.ts',
    may: ['\\./domain/', '\\./workflows/messages$', NODE, '@temporalio/(client|common)$'],
  },
  {
    files: 'src/protocol/**',
    may: [OWN, DOMAIN, DIGEST, NODE, '\\.\\./journal/(port|chain)$', LIBRARIES],
    types: ['\\.\\./(config|observability)$'],
  },
  ...['api', 'console'].map((room) => ({
    files: `src/${room}/**`,
    may: [
      OWN,
      DOMAIN,
      DIGEST,
      NODE,
      '\\.\\./client$',
      '\\.\\./journal/(port|chain)$',
      '\\.\\./tokens$',
      '\\.\\./protocol/',
      ...(room === 'console' ? ['\\.\\./api/'] : []),
      '@?fastify',
      LIBRARIES,
    ],
    types: ['\\.\\./(config|observability)$'],
  })),
  {
    files: 'src/simulator/**',
    may: [OWN, NODE, '\\.\\./(jet/contract|config|observability)$', '@?fastify', LIBRARIES],
  },
  { files: 'src/cli/**', may: [OWN, NODE, 'commander$', '\\.\\./protocol/verify$'], types: ['\\.\\./api/'] },
  { files: 'src/up/**', may: ['(?!\\.\\./(worker|server|cli|doctor)(/|$))'] },
  { files: 'src/doctor/**', may: ['(?!\\.\\./(worker|server|cli|up)(/|$))'] },
  { files: 'src/{worker,server}.ts', may: ['(?!\\./(worker|server|cli|up|doctor)(/|$))'] },
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
  globalIgnores(['dist/', 'dist.*/', 'data/', '.cache/', 'coverage/']),
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
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
        setTimeout: 'readonly',
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
        CSS: 'readonly',
        document: 'readonly',
        Event: 'readonly',
        EventSource: 'readonly',
        navigator: 'readonly',
        setInterval: 'readonly',
        window: 'readonly',
      },
    },
  },
  {
    // Settings arrive by parameter; only the doors read the environment.
    files: ['src/{domain,workflows,activities,jet,mail,journal,api,console,simulator}/**'],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env' }] },
  },
  ...roomRules,
);
