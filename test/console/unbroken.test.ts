import { unbroken } from '../../src/console/unbroken';

const WHOLE = '<span class="whole">Ö-Ticket</span>';

it('keeps the name on one line, wherever text stands', () => {
  expect(unbroken('<p>Ö-Ticket weiß es. <b>Ö-Ticket</b> auch</p>')).toBe(
    `<p>${WHOLE} weiß es. <b>${WHOLE}</b> auch</p>`,
  );
});

it('does it once, however often it goes over a page', () => {
  expect(unbroken(unbroken('Ö-Ticket'))).toBe(WHOLE);
});

it('leaves attributes, and text that is no markup, as they are', () => {
  const page =
    '<title>Ö-Ticket</title><a title="an Ö-Ticket" href="/">x</a><textarea rows="2">Ö-Ticket</textarea>';
  expect(unbroken(page)).toBe(page);
});
