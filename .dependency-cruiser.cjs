/**
 * No file of `src` may depend on itself by way of others, not even for its types alone: what two files need from each
 * other belongs below both. Which room may import which is held by `eslint.config.mjs`.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } }],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
