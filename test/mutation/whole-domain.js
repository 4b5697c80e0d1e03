/*
 * For Stryker only: all tests of src/domain as one file. Jest would load zod and fast-check anew for each of them, for
 * each fault; this way a fault costs a third.
 */
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const folder = join(__dirname, '..', 'domain');

for (const file of readdirSync(folder)) if (file.endsWith('.test.ts')) require(join(folder, file));
