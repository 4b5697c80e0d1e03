/*
 * `node --require ./scripts/register-swc.js FILE.ts` runs TypeScript as Jest does, with the same compiler and settings,
 * but outside of Jest's sandbox: in the sandbox each access to a global takes a detour, and a simulation makes millions
 * of them. For the same reason it does not keep function names, as tsx would.
 */
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');
const { transform } = require('../jest.config.js');

const OPTIONS = {
  '.ts': transform['^.+\\.[cm]?[jt]s$'][1],
  '.tsx': transform['^.+\\.tsx$'][1],
};

for (const [extension, options] of Object.entries(OPTIONS))
  require.extensions[extension] = (module, filename) => {
    const source = readFileSync(filename, 'utf8');
    module._compile(transformSync(source, { ...options, filename }).code, filename);
  };
