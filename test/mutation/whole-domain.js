/*
 * Only for Stryker: all tests of src/domain as one file. Otherwise Jest would load zod and fast-check again for each of
 * them and for each fault, which takes three times as long.
 */
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const folder = join(__dirname, '..', 'domain');

for (const file of readdirSync(folder)) if (file.endsWith('.test.ts')) require(join(folder, file));
