/**
 * `describe` where Keycloak was asked for. Otherwise it skips the tests, and says so: a suite that is passed over in silence is
 * taken for one that holds.
 */
export function describeKeycloak(title: string, tests: (archive: string) => void): void {
  const { KEYCLOAK_ARCHIVE: archive } = process.env;
  if (archive) return describe(title, () => tests(archive));
  process.stderr.write(
    `\nSKIPPED: a real Keycloak (${title}), which takes two minutes and Java 17: npm run test:keycloak. The first time that fetches 160 MB by Maven.\n\n`,
  );
  describe.skip(title, () => tests(''));
}
