import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');

const PAGES = [
  ...['README.md', 'CHANGELOG.md', 'SECURITY.md', 'test/simulation/README.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** The anchors of a page, as GitHub makes them from its headings. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path ? relative(ROOT, join(ROOT, dirname(page), path)) : page;
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

/** Whether a path on a page does not exist; `*` stands for any part of a file's name. */
function isMissing(path: string): boolean {
  if (!path.includes('*')) return !existsSync(join(ROOT, path));
  const folder = dirname(path);
  const [start = '', end = ''] = path.slice(folder.length + 1).split('*');
  return !readdirSync(join(ROOT, folder)).some((file) => file.startsWith(start) && file.endsWith(end));
}

it.each(PAGES)('leads from %s only to what is there', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const own = links.filter((link) => !/^https?:/.test(link));
  expect(own.filter((link) => isBroken(page, link))).toEqual([]);
});

it.each(PAGES)('names in %s only files that exist', (page) => {
  const paths = [...read(page).matchAll(/`((?:src|test|scripts|docs|bench)\/[\w.*/-]+)`/g)];
  expect(paths.map(([, path = '']) => path).filter(isMissing)).toEqual([]);
});
