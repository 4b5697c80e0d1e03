/*
 * `node --require ./scripts/register-swc.js FILE.ts` runs TypeScript as Jest does, compiled by the same compiler with
 * the same settings, but outside of Jest's sandbox: there each access to a global costs a detour, and a simulation
 * makes millions of them. Names of functions are not kept, as tsx would, for the same reason.
 */
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');
const { transform } = require('../jest.config.js');

const [, options] = transform['^.+\\.[cm]?[jt]s$'];

require.extensions['.ts'] = (module, filename) => {
  const source = readFileSync(filename, 'utf8');
  module._compile(transformSync(source, { ...options, filename }).code, filename);
};
